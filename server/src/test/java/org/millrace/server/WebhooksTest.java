package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.Transition;
import org.millrace.engine.StorePorts;
import org.millrace.engine.delivery.Courier;
import org.millrace.engine.delivery.Courier.NotDelivered;
import org.millrace.engine.delivery.Delivery;
import org.millrace.testkit.TaskSteps;
import org.millrace.testkit.memory.InMemoryStore;

/** What is stored for web-hooks, and where it goes. */
final class WebhooksTest {
  private static final String URL = "https://me:pw@hook.example:8443/T0K/EN";
  private static final byte[] KEY = new byte[32];

  private final List<Delivery.Draft> carried = new ArrayList<>();
  private final Courier courier =
      new Courier() {
        @Override
        public String channel() {
          return "webhook";
        }

        @Override
        public void carry(Delivery.Draft draft) {
          carried.add(draft);
        }
      };

  @Test
  void nothing_secret_is_stored_and_the_url_is_known_when_it_is_told() throws Exception {
    var hooks = new Webhooks(List.of(URL, "http://127.0.0.1:9/"), KEY, courier);

    List<Delivery.Draft> drafts = hooks.tell(anEnd());

    assertThat(drafts)
        .hasSize(2)
        .allSatisfy(
            draft -> assertThat(draft.toString()).doesNotContain("pw").doesNotContain("T0K"));
    assertThat(drafts.getFirst().target()).startsWith("https://***@hook.example:8443/***#");
    for (Delivery.Draft draft : drafts) {
      hooks.carry(draft);
    }
    assertThat(carried)
        .extracting(Delivery.Draft::target)
        .containsExactly(URL, "http://127.0.0.1:9/");
    assertThat(carried.getFirst().body()).contains("\"state\":\"COMPLETE\"");
  }

  @Test
  void a_new_password_is_used_for_what_waits_already() throws Exception {
    Delivery.Draft draft = new Webhooks(List.of(URL), KEY, courier).tell(anEnd()).getFirst();

    String changed = URL.replace("pw", "changed");
    new Webhooks(List.of(changed), KEY, courier).carry(draft);

    assertThat(carried.getFirst().target()).isEqualTo(changed);
  }

  @Test
  void paths_tell_hooks_of_one_host_apart() {
    var hooks = new Webhooks(List.of(URL, URL + "2"), KEY, courier);

    assertThat(hooks.tell(anEnd())).extracting(Delivery.Draft::key).doesNotHaveDuplicates();
  }

  @Test
  void what_waits_for_a_hook_that_is_configured_no_longer_is_given_up() {
    Delivery.Draft draft = new Webhooks(List.of(URL), KEY, courier).tell(anEnd()).getFirst();

    assertThatExceptionOfType(NotDelivered.class)
        .isThrownBy(() -> new Webhooks(List.of(), KEY, courier).carry(draft))
        .matches(NotDelivered::isForGood)
        .withMessageContaining("webhooks.urls");
  }

  private static Transition.Changed anEnd() {
    StorePorts store = new InMemoryStore().ports();
    store.heartbeats().announce(NORTH, at(60));
    Task ended = new TaskSteps(store, NORTH).ended(aTask("done"), completed());
    return new Transition.Changed(ended, Kind.ENDED, Optional.empty(), ended.outcome(), List.of());
  }
}
