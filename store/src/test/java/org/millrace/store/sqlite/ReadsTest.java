package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/** Both ways to read. */
final class ReadsTest {
  private static final int SIZE = 2;

  @TempDir static Path folder;

  static Stream<Arguments> ways() {
    TestFolder.withTables(folder);
    var database = new Database(SqliteConfig.of(folder));
    return Stream.of(
        Arguments.argumentSet("borrowed", new BorrowedSessions(database, SIZE)),
        Arguments.argumentSet("pool", new ReadPool(database, SIZE)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void no_more_than_its_size_read_at_once_and_all_get_their_turn(Reads reads) throws Exception {
    Set<Session> sessions = ConcurrentHashMap.newKeySet();
    var start = new CountDownLatch(1);
    try (reads;
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          Stream.generate(() ->
                  callers.submit(() -> {
                    start.await();
                    return reads.read(session -> {
                      sessions.add(session);
                      return newestEvent(session);
                    });
                  }))
              .limit(200)
              .toList();
      start.countDown();
      for (Future<Long> answer : answers) {
        assertThat(answer.get()).isZero();
      }
    }
    assertThat(sessions).hasSizeBetween(1, SIZE);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void after_a_broken_connection_the_next_read_has_a_new_one(Reads reads) {
    try (reads) {
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() ->
              reads.read(session -> {
                session.connection().close();
                return newestEvent(session);
              }))
          .satisfies(
              refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Unavailable.class));

      assertThat(reads.<Long>read(ReadsTest::newestEvent)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void what_the_reader_throws_comes_out(Reads reads) {
    try (reads) {
      assertThatIllegalStateException()
          .isThrownBy(() ->
              reads.read(_ -> {
                throw new IllegalStateException("its own");
              }))
          .withMessage("its own");
      assertThat(reads.<Long>read(ReadsTest::newestEvent)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void it_cannot_write(Reads reads) {
    try (reads) {
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() ->
              reads.read(session ->
                  session
                      .on(Sql.SERVER_ANNOUNCE)
                      .set("server", "north")
                      .set("alive_until", 0)
                      .update()));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void an_interrupted_reader_is_answered_and_stays_interrupted(Reads reads) {
    try (reads) {
      Thread.currentThread().interrupt();

      assertThat(reads.<Long>read(ReadsTest::newestEvent)).isZero();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void after_closing_it_refuses(Reads reads) {
    reads.close();

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> reads.read(ReadsTest::newestEvent))
        .withMessageContaining("closed");
  }

  @Test
  void a_statement_with_a_parameter_left_out_is_a_defect() {
    try (Reads reads = new BorrowedSessions(new Database(SqliteConfig.of(folder)), 1)) {
      assertThatIllegalStateException()
          .isThrownBy(
              () -> reads.read(session -> session.on(Sql.GLANCE).list(row -> row.text("id"))))
          .withMessageContaining(":id");
    }
  }

  private static long newestEvent(Session session) throws SQLException {
    return session.on(Sql.NEWEST_EVENT).one(row -> row.number64("sequence"));
  }
}
