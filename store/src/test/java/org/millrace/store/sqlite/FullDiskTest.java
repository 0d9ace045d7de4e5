package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.aTask;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.StorePorts;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;
import org.millrace.testkit.SmallDisk;
import org.millrace.testkit.TaskFixture;

/**
 * A disk that fills up under many writers, without a ballast: nothing acknowledged is lost, and
 * when there is room it goes on by itself.
 */
final class FullDiskTest {
  private static final int WRITERS = 16;

  private final Set<TaskId> acknowledged = new HashSet<>();
  private final Set<String> troubles = ConcurrentHashMap.newKeySet(); // seen at refusals
  private final AtomicInteger numbers = new AtomicInteger();
  private String name = "";

  /**
   * @param nameLength long ones do not fit the page cache, so that SQLite writes, and fails, before
   *     the commit; the others fail at the commit
   */
  @ParameterizedTest
  @ValueSource(ints = {300, 40_000})
  void what_was_acknowledged_is_stored_and_nothing_else_and_with_room_it_goes_on(
      int nameLength, @TempDir Path mounts) throws Exception {
    name = "x".repeat(nameLength);
    try (SmallDisk disk = SmallDisk.mount(mounts.resolve("disk"), 64)) {
      disk.fill(52);
      try (SqliteStore store = SqliteStore.open(config(disk))) {
        StorePorts ports = store.ports();
        insertUntilRefused(ports);
        assertThat(troubles).containsExactly("disk-full");
        assertThat(acknowledged).isNotEmpty();
        assertThat(stored(ports)).isEqualTo(acknowledged);

        disk.makeRoom();
        Await.until("the store writes again", () -> ports.health().trouble().isEmpty());
        insert(ports, 20);
        assertThat(stored(ports)).isEqualTo(acknowledged);
      }
      try (SqliteStore again = SqliteStore.open(config(disk))) {
        assertThat(stored(again.ports())).isEqualTo(acknowledged);
      }
    }
  }

  private static SqliteConfig config(SmallDisk disk) {
    return new SqliteConfig(disk.folder(), 2, 2, 4_096, 256, 1_024, 1_024, 0);
  }

  /** Many writers, each until it is refused. */
  private void insertUntilRefused(StorePorts ports) throws Exception {
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<List<TaskId>> writer = () -> insertedUntilRefused(ports);
      for (Future<List<TaskId>> each : writers.invokeAll(Collections.nCopies(WRITERS, writer))) {
        acknowledged.addAll(each.get());
      }
    }
  }

  private List<TaskId> insertedUntilRefused(StorePorts ports) {
    var stored = new ArrayList<TaskId>();
    Optional<TaskId> id = tryInsert(ports);
    while (id.isPresent()) {
      stored.add(id.get());
      id = tryInsert(ports);
    }
    return stored;
  }

  private Optional<TaskId> tryInsert(StorePorts ports) {
    TaskFixture task = nextTask();
    try {
      ports.intake().insert(task.newTask());
      return Optional.of(task.id());
    } catch (Refusal refused) {
      assertThat(refused.failure()).isInstanceOf(Failure.Unavailable.class);
      assertThat(refused).hasMessageContaining("full");
      ports.health().trouble().map(Cause::code).ifPresent(troubles::add);
      return Optional.empty();
    }
  }

  private void insert(StorePorts ports, int tasks) {
    for (int number = 0; number < tasks; number++) {
      TaskFixture task = nextTask();
      ports.intake().insert(task.newTask());
      acknowledged.add(task.id());
    }
  }

  private TaskFixture nextTask() {
    return aTask("task-" + numbers.incrementAndGet()).named(name).tagged("project", "demo");
  }

  /** All that a list shows. */
  private static Set<TaskId> stored(StorePorts ports) {
    return ports
        .views()
        .list(
            new TaskQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                1_000_000,
                Optional.empty(),
                Detail.GLANCE))
        .glances()
        .stream()
        .map(glance -> glance.id())
        .collect(Collectors.toSet());
  }
}
