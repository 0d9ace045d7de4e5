package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.TaskEvent.CancelRequested;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;
import org.millrace.engine.views.TaskQuery.TagFilter;
import org.millrace.store.sqlite.PageToken.Order;
import org.millrace.store.sqlite.TaskList.Line;
import org.millrace.store.sqlite.TaskList.Lines;
import org.millrace.store.sqlite.TaskList.Reach;
import org.millrace.testkit.Seeded;
import org.millrace.testkit.TaskFixture;
import org.millrace.testkit.TaskSteps;

/**
 * Lists of random tasks under random conditions, with so short a reach that every way of going is
 * gone.
 */
final class TaskListTest {
  private static final int TASKS = 150;
  private static final List<String> NAMES =
      List.of("a", "ab", "ab", "abc", "b", "\uD83D\uDE00", "\uFFFD");

  @AutoClose private final SqliteStore store;
  @AutoClose private final Session session;
  private final List<Stored> stored = new ArrayList<>();

  TaskListTest(@TempDir Path folder) throws SQLException {
    store = TestFolder.withTables(folder).open();
    session = new TestFolder(folder).writing();
    store.ports().heartbeats().announce(NORTH, at(3600));
  }

  private record Stored(TaskFixture task, TaskState state) {}

  @Seeded(oneIn = 40)
  void pages_hold_what_fits_once_and_in_order(long seed) throws SQLException {
    var random = new Random(seed);
    submit(random);
    for (int number = 0; number < 40; number++) {
      TaskQuery query = query(random);
      var reach = new Reach(random.nextInt(30), 1 + random.nextInt(40));

      List<Lines> pages = pages(query, reach);

      List<Line> lines = pages.stream().flatMap(page -> page.lines().stream()).toList();
      assertThat(lines)
          .as("seed %s: %s, %s", seed, query, reach)
          .extracting(line -> line.glance().id())
          .containsExactlyInAnyOrderElementsOf(
              stored.stream()
                  .filter(task -> fits(task, query))
                  .map(task -> task.task().id())
                  .toList());
      assertThat(lines).isSortedAccordingTo(order(pages.getFirst().order()));
      assertThat(pages)
          .allSatisfy(page -> assertThat(page.lines()).hasSizeLessThanOrEqualTo(query.size()));
    }
  }

  @Test
  void a_list_begun_by_name_goes_on_by_name_though_another_way_became_shorter()
      throws SQLException {
    submit(aTask("two").named("ab"), aTask("one").named("aa"), aTask("three").named("ac"));
    TaskQuery named = query(Optional.of("a"), Optional.empty(), 1, Optional.empty());

    Lines first = TaskList.find(session, named);
    Lines second = TaskList.find(session, after(named, first));
    Lines third = TaskList.find(session, after(named, second));

    assertThat(List.of(first, second, third))
        .extracting(page -> page.lines().getFirst().glance().id().text())
        .containsExactly("one", "two", "three");
    assertThat(third.next()).isEmpty();
  }

  private Comparator<Line> order(Order order) {
    Comparator<Line> byAge = Comparator.comparingLong(Line::seq);
    return switch (order) {
      case AGE -> byAge;
      case NAME -> Comparator.comparingInt((Line line) -> placeOfName(line)).thenComparing(byAge);
    };
  }

  /** Names in the order of their code points, as {@link #NAMES} is except for its last two. */
  private int placeOfName(Line line) {
    String name = stored.get((int) line.seq() - 1).task().spec().name().orElseThrow();
    return switch (name) {
      case "\uFFFD" -> NAMES.size() - 2;
      case "\uD83D\uDE00" -> NAMES.size() - 1;
      default -> NAMES.indexOf(name);
    };
  }

  private void submit(Random random) {
    for (int number = 0; number < TASKS; number++) {
      TaskFixture task =
          aTask("t" + random.nextInt(1_000) + "-" + number).of("owner" + random.nextInt(3));
      task = random.nextInt(3) == 0 ? task : task.named(NAMES.get(random.nextInt(NAMES.size())));
      task = random.nextInt(5) == 0 ? task.through("native") : task;
      for (int tag = random.nextInt(3); tag > 0; tag--) {
        task =
            task.tagged(
                "key" + random.nextInt(3), random.nextInt(4) == 0 ? "" : "v" + random.nextInt(2));
      }
      submit(task);
      if (random.nextInt(4) == 0) {
        cancel(number);
      }
    }
  }

  private void submit(TaskFixture... tasks) {
    for (TaskFixture task : tasks) {
      new TaskSteps(store.ports(), NORTH).submit(task);
      stored.add(new Stored(task, TaskState.QUEUED));
    }
  }

  private void cancel(int number) {
    TaskFixture task = stored.get(number).task();
    new TaskSteps(store.ports(), NORTH)
        .apply(task.id(), new CancelRequested("ada", at(1)), AttemptNews.NONE);
    stored.set(number, new Stored(task, TaskState.CANCELED));
  }

  private static TaskQuery query(Random random) {
    var tags = new ArrayList<TagFilter>();
    for (int tag = random.nextInt(6) - 3; tag > 0; tag--) {
      tags.add(
          new TagFilter(
              "key" + random.nextInt(4),
              random.nextBoolean()
                  ? Optional.empty()
                  : Optional.of(random.nextInt(4) == 0 ? "" : "v1")));
    }
    return new TaskQuery(
        random.nextInt(3) == 0
            ? Optional.of(new Owner("owner" + random.nextInt(4)))
            : Optional.empty(),
        random.nextInt(3) == 0
            ? Optional.of(random.nextBoolean() ? "tes" : "native")
            : Optional.empty(),
        random.nextInt(3) == 0
            ? Optional.of(List.of("", "a", "ab", "\uD83D\uDE00", "x").get(random.nextInt(5)))
            : Optional.empty(),
        random.nextInt(3) == 0
            ? Optional.of(random.nextBoolean() ? TaskState.QUEUED : TaskState.CANCELED)
            : Optional.empty(),
        tags,
        1 + random.nextInt(40),
        Optional.empty(),
        Detail.GLANCE);
  }

  private static TaskQuery query(
      Optional<String> prefix, Optional<TaskState> shown, int size, Optional<String> token) {
    return new TaskQuery(
        Optional.empty(), Optional.empty(), prefix, shown, List.of(), size, token, Detail.GLANCE);
  }

  private List<Lines> pages(TaskQuery query, Reach reach) throws SQLException {
    var pages = new ArrayList<Lines>();
    pages.add(TaskList.find(session, query, reach));
    while (pages.getLast().next().isPresent()) {
      pages.add(TaskList.find(session, after(query, pages.getLast()), reach));
    }
    return pages;
  }

  private static TaskQuery after(TaskQuery query, Lines page) {
    return new TaskQuery(
        query.owner(),
        query.dialect(),
        query.namePrefix(),
        query.shown(),
        query.tags(),
        query.size(),
        page.next().map(seq -> new PageToken(page.order(), seq).text()),
        query.detail());
  }

  private static boolean fits(Stored stored, TaskQuery query) {
    var spec = stored.task().spec();
    return query.owner().map(spec.owner()::equals).orElse(true)
        && query.dialect().map(spec.dialect()::equals).orElse(true)
        && query.shown().map(stored.state()::equals).orElse(true)
        && query
            .namePrefix()
            .map(prefix -> spec.name().filter(name -> name.startsWith(prefix)).isPresent())
            .orElse(true)
        && query.tags().stream()
            .allMatch(tag ->
                spec.tags().containsKey(tag.key())
                    && tag.value()
                        .map(value -> value.equals(spec.tags().get(tag.key())))
                        .orElse(true));
  }
}
