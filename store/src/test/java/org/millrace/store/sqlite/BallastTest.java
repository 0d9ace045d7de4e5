package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.millrace.testkit.Fixtures.LANE;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.SOUTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.StorePorts;
import org.millrace.testkit.SmallDisk;
import org.millrace.testkit.TaskSteps;

/** A full disk, on which what is under way can end all the same. */
@Timeout(60)
final class BallastTest {
  private static final int DISK = 64;
  private static final long EIGHTH_OF_IT = (DISK / 8) << 20;

  private SmallDisk disk;
  private int beats;

  @BeforeEach
  void mount(@TempDir Path mounts) throws IOException {
    disk = SmallDisk.mount(mounts.resolve("disk"), DISK);
  }

  @AfterEach
  void unmount() throws IOException {
    disk.close();
  }

  @Test
  void it_takes_an_eighth_of_a_small_volume_and_is_there_once() throws IOException {
    open().close();
    open().close();

    assertThat(ballast()).hasSize(EIGHTH_OF_IT);
  }

  @Test
  void a_crash_may_shorten_it_and_it_is_made_whole() throws IOException {
    open().close();
    Files.write(ballast(), new byte[100]);

    open().close();

    assertThat(ballast()).hasSize(EIGHTH_OF_IT);
  }

  @Test
  void without_one_nothing_is_kept() {
    SqliteStore.open(SqliteConfig.of(disk.folder()).withBallast(0)).close();

    assertThat(ballast()).doesNotExist();
  }

  @Test
  void one_that_is_no_longer_wanted_is_given_back() throws Exception {
    open().close();
    assertThat(Files.size(ballast())).isPositive();

    SqliteStore.open(SqliteConfig.of(disk.folder()).withBallast(0)).close();

    assertThat(Files.size(ballast())).isZero();
  }

  @Test
  void on_a_full_disk_what_is_under_way_ends_and_nothing_new_is_taken() throws Exception {
    try (SqliteStore store = open()) {
      List<Task> running = running(store.ports(), 20);

      disk.fillUp();
      for (Task task : running) {
        assertThat(steps(store).end(task, completed(), at(60)).state())
            .isEqualTo(TaskState.COMPLETE);
      }

      assertThat(trouble(store)).contains("disk-full");
      assertThat(Files.size(ballast())).isLessThan(EIGHTH_OF_IT);
      assertThat(store.ports().heartbeats().renew(NORTH, at(7200))).isTrue();
      for (Runnable beginning :
          List.<Runnable>of(
              () -> steps(store).submit(aTask("new")), () -> steps(store).claimAll(LANE, at(60)))) {
        assertThatExceptionOfType(Refusal.class)
            .isThrownBy(beginning::run)
            .withMessageContaining("disk-full");
      }
    }
  }

  @Test
  void with_room_the_ballast_is_made_again_and_new_work_taken() throws Exception {
    try (SqliteStore store = open()) {
      List<Task> running = running(store.ports(), 1);
      disk.fillUp();
      steps(store).end(running.getFirst(), completed(), at(60));

      disk.makeRoom();

      Await.until("new work is taken", () -> store.ports().health().trouble().isEmpty());
      assertThat(ballast()).hasSize(EIGHTH_OF_IT);
      steps(store).submit(aTask("new"));
    }
  }

  /** As a program does that logs, and does not mind that it cannot. */
  @Test
  void who_takes_all_room_there_is_does_not_get_what_the_store_has_kept() throws Exception {
    try (SqliteStore store = open()) {
      List<Task> running = running(store.ports(), 50);
      var goesOn = new AtomicBoolean(true);
      Thread greedy = Thread.ofPlatform().start(() -> fillUpWhile(goesOn));
      try {
        Await.until("the disk is full", () -> isFull(store));
        for (Task task : running) {
          assertThat(steps(store).end(task, completed(), at(60)).state())
              .isEqualTo(TaskState.COMPLETE);
          LockSupport.parkNanos(10_000_000);
        }
        assertThat(trouble(store)).contains("disk-full");
      } finally {
        goesOn.set(false);
        greedy.join();
      }
    }
  }

  private boolean isFull(SqliteStore store) {
    store.ports().heartbeats().renew(NORTH, at(3600 + ++beats)); // the same again writes nothing
    return !trouble(store).isEmpty();
  }

  private void fillUpWhile(AtomicBoolean goesOn) {
    while (goesOn.get()) {
      try {
        disk.fillUp();
      } catch (IOException notEvenOpened) {
        assertThat(notEvenOpened).hasMessageContaining("space");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void a_store_on_a_full_disk_is_opened_and_what_was_under_way_ends() throws Exception {
    Task running;
    try (SqliteStore store = open()) {
      running = running(store.ports(), 1).getFirst();
    }
    disk.fillUp();

    try (SqliteStore store = open()) {
      store.ports().heartbeats().announce(SOUTH, at(3600));
      assertThat(steps(store).end(running, completed(), at(60)).state())
          .isEqualTo(TaskState.COMPLETE);
      assertThat(trouble(store)).contains("disk-full");
    }
  }

  @Test
  void where_there_is_no_room_for_one_nothing_new_is_taken_until_there_is() throws Exception {
    disk.fill(DISK - 12);
    try (SqliteStore store = open()) {
      assertThat(trouble(store)).contains("disk-full");
      store.ports().heartbeats().announce(NORTH, at(3600));
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> steps(store).submit(aTask("new")))
          .withMessageContaining("disk-full");

      disk.makeRoom();
      Await.until("new work is taken", () -> store.ports().health().trouble().isEmpty());
      steps(store).submit(aTask("new"));
    }
  }

  /** A value in SQLite has at most a billion bytes; an eighth of such a ballast is more. */
  @Test
  void of_a_huge_ballast_only_a_little_is_kept_inside_the_database(@TempDir Path mounts)
      throws IOException {
    try (SmallDisk huge = SmallDisk.mount(mounts.resolve("huge"), 100 << 10)) {
      SqliteConfig config = SqliteConfig.of(huge.folder()).withBallast(10L << 30);
      try (var written = new RandomAccessFile(huge.folder().resolve("ballast").toFile(), "rw")) {
        written.setLength(config.ballast()); // with holes: it takes no memory
      }

      SqliteStore.open(config).close();

      assertThat(Files.size(config.file())).isBetween(64L << 20, 70L << 20);
    }
  }

  private SqliteStore open() {
    return SqliteStore.open(SqliteConfig.of(disk.folder()));
  }

  private Path ballast() {
    return disk.folder().resolve("ballast");
  }

  private static TaskSteps steps(SqliteStore store) {
    return new TaskSteps(store.ports(), NORTH);
  }

  private static List<Task> running(StorePorts ports, int tasks) {
    ports.heartbeats().announce(NORTH, at(3600));
    var running = new ArrayList<Task>();
    for (int number = 1; number <= tasks; number++) {
      running.add(new TaskSteps(ports, NORTH).running(aTask("task-" + number)));
    }
    return running;
  }

  private static List<String> trouble(SqliteStore store) {
    return store.ports().health().trouble().map(Cause::code).stream().toList();
  }
}
