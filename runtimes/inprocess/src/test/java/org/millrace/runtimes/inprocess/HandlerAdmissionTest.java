package org.millrace.runtimes.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.Fixtures.aTask;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.value.Value;

/** What no handler will ever do is refused before it is stored. */
final class HandlerAdmissionTest {
  private final HandlerAdmission admission =
      new HandlerAdmission(spec -> spec, Set.of("noop", "echo"));

  private static TaskSpec work(String handler) {
    return aTask().spec().withWork(new InProcessWork(handler, Value.NOTHING));
  }

  @Test
  void a_handler_that_is_not_there_is_refused_with_those_that_are() {
    assertThatThrownBy(() -> admission.admit(work("nosuch")))
        .hasMessage("in_process: there is no handler 'nosuch' here; there are echo, noop");
    assertThatThrownBy(() -> admission.admitPlan(work("nosuch"))).hasMessageContaining("'nosuch'");
  }

  @Test
  void all_else_is_for_the_others_to_say() {
    for (TaskSpec spec : Set.of(work("noop"), aTask().spec())) {
      assertThat(admission.admit(spec)).isEqualTo(spec);
      assertThat(admission.admitPlan(spec)).isEqualTo(spec);
      assertThat(admission.opened(spec)).isEqualTo(spec);
    }
  }
}
