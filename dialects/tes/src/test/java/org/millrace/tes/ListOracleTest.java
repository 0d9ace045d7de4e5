package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.store.sqlite.SqliteConfig;
import org.millrace.store.sqlite.SqliteStore;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.Seeded;
import org.millrace.testkit.TaskFixture;
import org.millrace.testkit.TaskSteps;

/**
 * Every filter of lists, alone and with others, in pages of every size ({@code contracts/tes.md
 * 3.3}): the same as looking at all tasks one by one. Over the store that servers have, with tasks
 * in every state that the engine brings about; nothing makes WAITING, PAUSED or PREEMPTED yet.
 */
class ListOracleTest {
  private static final int TASKS = 90;
  private static final List<String> PREFIXES = List.of("", "a", "a.", "A", "%", "é😀", "zzz");
  private static final List<String> KEYS = List.of("p", "P", "q q", "é");
  private static final List<String> VALUES = List.of("", "1", "01", "&=", "é");

  @TempDir private Path folder;

  /** What is known of one task, whatever a list says. */
  private record Known(String id, String name, Map<String, String> tags, TesState state) {

    boolean is(Asked asked) {
      return (asked.prefix.isEmpty() || name.startsWith(asked.prefix))
          && asked.state.map(state::equals).orElse(true)
          && asked.tags.stream()
              .allMatch(tag ->
                  tags.containsKey(tag.key)
                      && (tag.value.isEmpty() || tag.value.equals(tags.get(tag.key))));
    }
  }

  private record Tag(String key, String value) {}

  private record Asked(String prefix, Optional<TesState> state, List<Tag> tags) {

    String query() {
      var query = new StringBuilder();
      if (!prefix.isEmpty()) {
        query.append("&name_prefix=").append(encoded(prefix));
      }
      state.ifPresent(word -> query.append("&state=").append(word));
      tags.forEach(tag -> query.append("&tag_key=").append(encoded(tag.key)));
      tags.forEach(tag -> query.append("&tag_value=").append(encoded(tag.value)));
      return query.toString();
    }
  }

  @Seeded(oneIn = 100)
  void a_list_is_what_looking_at_every_task_finds(long seed) {
    var random = new Random(seed);
    boolean all = seed % 2 == 0;
    try (var store = SqliteStore.open(SqliteConfig.of(folder.resolve("s" + seed)));
        var server =
            TesServer.setup()
                .with(TesConfig.standard("x").withAllStatesShown(all))
                .with(store.ports())
                .start()) {
      List<Known> known = fill(server.steps(), random, all);
      Set<TesState> reached = EnumSet.noneOf(TesState.class);
      known.forEach(task -> reached.add(task.state));
      assertThat(reached).as("states").hasSize(all ? 8 : 7);
      for (Asked asked : questions(random)) {
        check(server, known, asked, 1 + random.nextInt(40), any(List.of(View.values()), random));
      }
      for (int size = 1; size <= TASKS + 1; size++) {
        check(server, known, new Asked("", Optional.empty(), List.of()), size, View.MINIMAL);
      }
    }
  }

  /** Every state, alone and with prefixes and tags. */
  private static List<Asked> questions(Random random) {
    List<Asked> questions = new ArrayList<>();
    for (Optional<TesState> state :
        Stream.concat(
                Stream.of(Optional.<TesState>empty()),
                Stream.of(TesState.values()).map(Optional::of))
            .toList()) {
      for (String prefix : PREFIXES) {
        for (int tags = 0; tags <= 2; tags++) {
          questions.add(
              new Asked(
                  prefix,
                  state,
                  Stream.generate(() -> new Tag(any(KEYS, random), any(VALUES, random)))
                      .limit(tags)
                      .toList()));
        }
      }
    }
    return questions;
  }

  private static void check(TesServer server, List<Known> known, Asked asked, int size, View view) {
    List<String> expected = known.stream().filter(task -> task.is(asked)).map(Known::id).toList();
    Map<String, String> states = new HashMap<>();
    known.forEach(task -> states.put(task.id, task.state.name()));
    String query = "/v1/tasks?page_size=" + size + "&view=" + view + asked.query();
    List<String> found = new ArrayList<>();
    Optional<String> token = Optional.of("");
    for (int page = 0; token.isPresent(); page++) {
      assertThat(page).as("pages of %s", query).isLessThan(3 * TASKS);
      JsonNode list = server.get(query + "&page_token=" + encoded(token.get())).ok();
      assertThat(list.path("tasks").size()).isLessThanOrEqualTo(size);
      for (JsonNode task : list.path("tasks")) {
        String id = task.path("id").asText();
        found.add(id);
        assertThat(task.path("state").asText()).as(id).isEqualTo(states.get(id));
      }
      token = Optional.of(list.path("next_page_token").asText()).filter(next -> !next.isEmpty());
    }
    if (asked.prefix.isEmpty()) {
      assertThat(found).as(query).isEqualTo(expected); // oldest first
    } else {
      assertThat(found).as(query).doesNotHaveDuplicates();
      assertThat(new TreeSet<>(found)).as(query).isEqualTo(new TreeSet<>(expected));
    }
  }

  private static List<Known> fill(TaskSteps steps, Random random, boolean all) {
    List<Known> known = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      String name = any(PREFIXES, random) + any(List.of("", "b", "%", ".b", "a"), random);
      TaskFixture task = Fixtures.aTask("t" + i).inLane("lane-" + i).named(name);
      Map<String, String> tags = new HashMap<>();
      for (int tag = random.nextInt(4); tag > 0; tag--) {
        tags.put(any(KEYS, random), any(VALUES, random));
      }
      for (var tag : tags.entrySet()) {
        task = task.tagged(tag.getKey(), tag.getValue());
      }
      if (i % 10 == 9) {
        steps.submit(task.through("api")); // no list of this face has it
      } else {
        known.add(new Known("t" + i, name, tags, bringOn(steps, task, i, all)));
      }
    }
    return known;
  }

  /** Takes a task to one of the states, and tells as what clients see it. */
  private static TesState bringOn(TaskSteps steps, TaskFixture task, int which, boolean all) {
    var cause = new Cause("so", "it is so", "");
    return switch (which % 9) {
      case 0, 1 -> {
        steps.submit(task);
        yield TesState.QUEUED;
      }
      case 2 -> {
        steps.preparing(task);
        yield TesState.INITIALIZING;
      }
      case 3 -> {
        steps.running(task);
        yield TesState.RUNNING;
      }
      case 4 -> {
        steps.ended(task, Fixtures.completed());
        yield TesState.COMPLETE;
      }
      case 5 -> {
        steps.ended(task, Fixtures.executorFailed());
        yield TesState.EXECUTOR_ERROR;
      }
      case 6 -> {
        steps.ended(task, new Outcome.OutputFailed(cause));
        yield TesState.SYSTEM_ERROR;
      }
      case 7 -> {
        steps.submit(task);
        cancel(steps, task);
        yield TesState.CANCELED;
      }
      default -> {
        Task begun = which % 2 == 0 ? steps.running(task) : steps.preparing(task);
        cancel(steps, task);
        yield all ? TesState.CANCELING : TesState.valueOf(begun.state().name());
      }
    };
  }

  private static void cancel(TaskSteps steps, TaskFixture task) {
    steps.apply(
        task.id(), new TaskEvent.CancelRequested("anonymous", Fixtures.at(1)), AttemptNews.NONE);
  }

  private static <T> T any(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
