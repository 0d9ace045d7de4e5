package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

final class WriterTest {
  private static final int QUEUED = 100;

  private final Database database;
  private final Writer writer;
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch open = new CountDownLatch(1);

  WriterTest(@TempDir Path folder) throws IOException, SQLException {
    var config = new SqliteConfig(folder, 2, 2, QUEUED, 64, 4_096, 1_024, 0);
    TestFolder.withTables(folder);
    database = new Database(config);
    writer = Writer.start(database, Ballast.of(config), false);
  }

  @BeforeEach
  void nothing_is_stored() throws SQLException {
    assertThat(stored()).isEmpty();
  }

  @AfterEach
  void close() {
    open.countDown();
    callers.close();
    writer.close();
  }

  @Test
  void one_that_cannot_begin_leaves_no_connection_open(@TempDir Path other) throws Exception {
    SqliteConfig config = SqliteConfig.of(other).withBallast(SqliteConfig.LEAST_BALLAST);
    try (Session session = TestFolder.withTables(other).writing()) {
      TestFolder.run(session, "DROP TABLE probe");
    }

    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> Writer.start(new Database(config), Ballast.of(config), false))
        .withMessageContaining("probe");

    assertThat(config.file().resolveSibling("millrace.db-wal"))
        .doesNotExist(); // the last removes it
  }

  @Test
  void units_queued_while_it_is_busy_share_one_commit() throws Exception {
    block();
    List<Future<?>> others = announceAll(1, 63);
    open.countDown();
    for (Future<?> each : others) {
      each.get();
    }

    assertThat(writer.commits()).isEqualTo(2);
    assertThat(stored()).hasSize(63);
  }

  @Test
  void a_group_has_a_bound() throws Exception {
    block();
    List<Future<?>> others = announceAll(1, 65);
    open.countDown();
    for (Future<?> each : others) {
      each.get();
    }

    assertThat(writer.commits()).isEqualTo(3);
  }

  @Test
  void what_is_under_way_goes_before_new_work() throws Exception {
    block();
    var order = Collections.synchronizedList(new ArrayList<String>());
    Future<?> fresh = callers.submit(() -> writer.writeNewWork(_ -> order.add("new")));
    awaitQueued(1);
    Future<?> going = callers.submit(() -> writer.write(_ -> order.add("under way")));
    awaitQueued(2);
    open.countDown();
    fresh.get();
    going.get();

    assertThat(order).containsExactly("under way", "new");
  }

  @Test
  void a_crowd_of_new_work_leaves_room_for_what_is_under_way() throws Exception {
    block();
    for (int number = 0; number < QUEUED; number++) {
      callers.execute(() -> writer.writeNewWork(_ -> 0));
    }
    awaitQueued(QUEUED);
    assertThatExceptionOfType(Refusal.class).isThrownBy(() -> writer.writeNewWork(_ -> 0));

    Future<?> heartbeat = announce("north");
    awaitQueued(QUEUED + 1);
    open.countDown();
    heartbeat.get();
  }

  @Test
  void a_unit_that_throws_is_undone_alone() throws Exception {
    block();
    Future<?> before = announce("before");
    Future<?> thrown =
        callers.submit(() ->
            writer.write(session -> {
              insert(session, "undone");
              throw new IllegalArgumentException("its own");
            }));
    awaitQueued(2);
    Future<?> after = announce("after");
    awaitQueued(3);
    open.countDown();

    before.get();
    after.get();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(thrown::get)
        .withCauseInstanceOf(IllegalArgumentException.class);
    assertThat(stored()).containsExactlyInAnyOrder("before", "after");
    assertThat(writer.trouble()).isEmpty();
  }

  @Test
  void a_unit_that_throws_before_it_changes_anything_makes_no_other_run_again() throws Exception {
    var runs = new AtomicInteger();
    block();
    Future<?> before =
        callers.submit(() -> {
          writer.write(session -> {
            runs.incrementAndGet();
            return insert(session, "before");
          });
        });
    awaitQueued(1);
    Future<?> refused =
        callers.submit(() ->
            writer.write(_ -> {
              runs.incrementAndGet();
              throw new IllegalArgumentException("its own");
            }));
    awaitQueued(2);
    open.countDown();

    before.get();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(refused::get)
        .withCauseInstanceOf(IllegalArgumentException.class);
    assertThat(runs).hasValue(2);
    assertThat(stored()).containsExactly("before");
  }

  @Test
  void two_that_throw_in_one_group_are_undone_and_each_is_told_why() throws Exception {
    block();
    var failing = new ArrayList<Future<?>>();
    for (String why : List.of("first", "second")) {
      failing.add(
          callers.submit(() ->
              writer.write(session -> {
                insert(session, why);
                throw new IllegalArgumentException(why);
              })));
      awaitQueued(failing.size());
    }
    Future<?> after = announce("after");
    awaitQueued(3);
    open.countDown();

    after.get();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(failing.getFirst()::get)
        .withMessageContaining("first");
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(failing.getLast()::get)
        .withMessageContaining("second");
    assertThat(stored()).containsExactly("after");
  }

  @Test
  void a_unit_that_breaks_a_constraint_is_undone_alone() throws Exception {
    block();
    Future<?> broken =
        callers.submit(() ->
            writer.write(session -> {
              insert(session, "undone");
              return session
                  .on(Sql.EVENT_INSERT) // of a task that is not there
                  .set("task", 404)
                  .set("owner", "")
                  .set("at", 0)
                  .set("kind", "")
                  .set("state", "")
                  .set("attempt", 0)
                  .set("detail", (String) null)
                  .update();
            }));
    awaitQueued(1);
    Future<?> after = announce("after");
    awaitQueued(2);
    open.countDown();

    after.get();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(broken::get)
        .withCauseInstanceOf(IllegalStateException.class)
        .withMessageContaining("constraint");
    assertThat(stored()).containsExactly("after");
    assertThat(writer.trouble()).isEmpty();
  }

  /** What SQLite checks while it writes a row may fail midway, and it counts none of them then. */
  @Test
  void a_statement_that_fails_midway_leaves_nothing_behind() throws Exception {
    long most = Long.MAX_VALUE;
    writer.write(session -> insert(session, "a"));
    writer.write(session -> insert(session, "b", most));
    block();
    Future<?> broken =
        callers.submit(() ->
            writer.write(session -> {
              TestFolder.run(session, "UPDATE server SET alive_until = alive_until + 1");
              return 0;
            }));
    awaitQueued(1);
    Future<?> after = announce("c");
    awaitQueued(2);
    open.countDown();

    after.get();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(broken::get)
        .withCauseInstanceOf(IllegalStateException.class);
    Long first =
        writer.write(session -> {
          try (Statement look = session.connection().createStatement();
              ResultSet row = look.executeQuery("SELECT alive_until FROM server WHERE id = 'a'")) {
            return row.getLong(1);
          }
        });
    assertThat(first).isZero();
    assertThat(stored()).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void a_statement_that_the_driver_closed_is_prepared_anew() throws Exception {
    block();
    Future<?> broken =
        callers.submit(() ->
            writer.write(session -> {
              insert(session, "undone");
              return session.on(Sql.PROBE).set("bytes", 1L << 40).update(); // too big
            }));
    awaitQueued(1);
    Future<?> after = announce("after");
    awaitQueued(2);
    open.countDown();

    after.get();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(broken::get)
        .withCauseInstanceOf(IllegalStateException.class)
        .withMessageContaining("too big");
    int rows = writer.write(session -> session.on(Sql.PROBE).set("bytes", 1L).update());
    assertThat(rows).isEqualTo(1);
    assertThat(stored()).containsExactly("after");
    assertThat(writer.trouble()).isEmpty();
  }

  @Test
  void when_the_connection_breaks_the_whole_group_is_refused_and_the_next_one_is_written()
      throws Exception {
    block();
    Future<?> before = announce("before");
    awaitQueued(1);
    Future<?> breaking =
        callers.submit(() ->
            writer.write(session -> {
              session.connection().close();
              return 0;
            }));
    awaitQueued(2);
    Future<?> after = announce("after");
    awaitQueued(3);
    open.countDown();

    for (Future<?> each : List.of(before, breaking, after)) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(each::get)
          .havingCause()
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Unavailable.class));
    }
    announce("again").get();
    assertThat(stored()).containsExactly("again");
    assertThat(writer.trouble()).isEmpty();
  }

  @Test
  void after_a_failure_there_is_trouble_until_it_finds_by_itself_that_writing_works()
      throws Exception {
    var begun = new CountDownLatch(1);
    var mayBreak = new CountDownLatch(1);
    Future<?> broken =
        callers.submit(() ->
            writer.write(session -> {
              begun.countDown();
              return awaited(mayBreak) ? breakConnection(session) : 0;
            }));
    begun.await();
    // the next one keeps it from finding anything before that was looked at
    Future<?> next =
        callers.submit(() -> writer.write(session -> awaited(open) ? breakConnection(session) : 0));
    awaitQueued(1);
    mayBreak.countDown();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(broken::get)
        .withCauseInstanceOf(Refusal.class);
    assertThat(writer.trouble())
        .hasValueSatisfying(cause -> assertThat(cause.code()).isEqualTo("store-failed"));

    open.countDown();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(next::get)
        .withCauseInstanceOf(Refusal.class);
    Await.until("writing works again", () -> writer.trouble().isEmpty());
  }

  @Test
  void an_error_of_the_machine_ends_neither_the_thread_nor_the_wait() {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() ->
            writer.write(_ -> {
              throw new StackOverflowError("too deep");
            }));

    int rows = writer.write(session -> insert(session, "after"));
    assertThat(rows).isEqualTo(1);
  }

  @Test
  void an_interrupted_caller_waits_for_the_end_and_stays_interrupted() throws Exception {
    block();
    var caller = new Thread[1];
    Future<Boolean> interrupted =
        callers.submit(() -> {
          caller[0] = Thread.currentThread();
          Thread.currentThread().interrupt();
          writer.write(session -> insert(session, "stored"));
          return Thread.currentThread().isInterrupted();
        });
    awaitQueued(1);
    assertThat(interrupted.isDone()).isFalse();
    open.countDown();

    assertThat(interrupted.get()).isTrue();
    assertThat(stored()).containsExactly("stored");
  }

  @Test
  void above_its_bound_callers_are_refused_at_once() throws Exception {
    block();
    announceAll(1, QUEUED);

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> writer.write(session -> insert(session, "too-many")))
        .satisfies(
            refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Unavailable.class));

    open.countDown();
    Await.until("the others are stored", () -> stored().size() == QUEUED);
  }

  @Test
  void a_unit_that_stores_by_itself_is_a_defect_not_a_deadlock() {
    assertThatIllegalStateException()
        .isThrownBy(() -> writer.write(_ -> writer.write(session -> insert(session, "nested"))));
  }

  @Test
  void closing_stores_what_is_queued_and_refuses_what_comes_later() throws Exception {
    block();
    List<Future<?>> queued = announceAll(1, 10);
    Thread closing = Thread.ofPlatform().start(writer::close);
    Await.until("close waits", () -> closing.getState() == Thread.State.WAITING);
    assertThatExceptionOfType(Refusal.class).isThrownBy(() -> writer.write(_ -> 0));
    open.countDown();
    closing.join();

    for (Future<?> each : queued) {
      each.get();
    }
    assertThat(stored()).hasSize(10);
  }

  /** Keeps the writer busy until {@link #open}. */
  private void block() throws InterruptedException {
    var busy = new CountDownLatch(1);
    callers.execute(() ->
        writer.write(_ -> {
          busy.countDown();
          return awaited(open);
        }));
    busy.await();
  }

  private static boolean awaited(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException _) { // by close()
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private List<Future<?>> announceAll(int from, int to) {
    var futures = new ArrayList<Future<?>>();
    IntStream.rangeClosed(from, to).forEach(number -> futures.add(announce("server-" + number)));
    awaitQueued(to - from + 1);
    return futures;
  }

  private Future<?> announce(String server) {
    return callers.submit(() -> writer.write(session -> insert(session, server)));
  }

  private void awaitQueued(int units) {
    Await.until(units + " units wait", () -> writer.queued() == units);
  }

  private static int insert(Session session, String server) throws SQLException {
    return insert(session, server, 0);
  }

  private static int insert(Session session, String server, long until) throws SQLException {
    return session.on(Sql.SERVER_ANNOUNCE).set("server", server).set("alive_until", until).update();
  }

  private static int breakConnection(Session session) throws SQLException {
    session.connection().close();
    return 0;
  }

  private List<String> stored() {
    try (Session session = database.reading();
        var statement = session.connection().createStatement();
        var results = statement.executeQuery("SELECT id FROM server")) {
      var servers = new ArrayList<String>();
      while (results.next()) {
        servers.add(results.getString(1));
      }
      return servers;
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }
}
