package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.aTask;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.StorePorts;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.Detail;
import org.millrace.testkit.TaskFixture;

/**
 * A disk that fills up under many writers: nothing acknowledged is lost, and when there is room it
 * goes on by itself.
 */
final class FullDiskTest {
  private static final int WRITERS = 16;

  private final Set<TaskId> acknowledged = new HashSet<>();
  private final AtomicInteger numbers = new AtomicInteger();

  @Test
  void what_was_acknowledged_is_stored_and_nothing_else_and_with_room_it_goes_on(
      @TempDir Path mounts) throws Exception {
    try (SmallDisk disk = SmallDisk.mount(mounts.resolve("disk"), 24)) {
      disk.fill(12);
      try (SqliteStore store = SqliteStore.open(SqliteConfig.of(disk.folder()))) {
        StorePorts ports = store.ports();
        for (int round = 0;
            round < 3;
            round++) { // a broken connection must not take the next one along
          insertUntilRefused(ports);
        }
        Await.until("trouble is seen", () -> ports.health().trouble().isPresent());
        assertThat(ports.health().trouble()).map(Cause::code).hasValue("disk-full");
        assertThat(acknowledged).isNotEmpty();
        assertThat(stored(ports)).isEqualTo(acknowledged);

        disk.makeRoom();
        Await.until("the store writes again", () -> ports.health().trouble().isEmpty());
        insert(ports, 50);
        assertThat(stored(ports)).isEqualTo(acknowledged);
      }
      try (SqliteStore again = SqliteStore.open(SqliteConfig.of(disk.folder()))) {
        assertThat(stored(again.ports())).isEqualTo(acknowledged);
      }
    }
  }

  /** Many writers, each until it is refused. */
  private void insertUntilRefused(StorePorts ports) {
    var stored = new ConcurrentLinkedQueue<TaskId>();
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < WRITERS; writer++) {
        writers.execute(() -> {
          Optional<TaskId> id = tryInsert(ports);
          while (id.isPresent()) {
            stored.add(id.get());
            id = tryInsert(ports);
          }
        });
      }
    }
    acknowledged.addAll(stored);
  }

  private Optional<TaskId> tryInsert(StorePorts ports) {
    TaskFixture task = nextTask();
    try {
      ports.intake().insert(task.newTask());
      return Optional.of(task.id());
    } catch (Refusal refused) {
      assertThat(refused.failure()).isInstanceOf(Failure.Unavailable.class);
      assertThat(refused).hasMessageContaining("full");
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
    return aTask("task-" + numbers.incrementAndGet())
        .named("x".repeat(300))
        .tagged("project", "demo");
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
