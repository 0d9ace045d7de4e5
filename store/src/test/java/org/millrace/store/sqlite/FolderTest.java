package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.Fixtures.threeTimes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.TaskView;
import org.millrace.testkit.TaskSteps;

/** Opening a data folder: made, found again, taken, too new, unusable. */
final class FolderTest {
  @TempDir Path folder;

  @Test
  void what_was_stored_is_there_when_it_is_opened_again() {
    TaskView before;
    try (SqliteStore store = open()) {
      store.ports().heartbeats().announce(NORTH, at(3600));
      var north = new TaskSteps(store.ports(), NORTH);
      Task ended = north.ended(aTask("ended").retried(threeTimes()).tagged("a", "b"), completed());
      before = store.ports().views().find(ended.id()).orElseThrow();
    }

    try (SqliteStore again = open()) {
      assertThat(again.ports().views().find(before.task().id())).hasValue(before);
      assertThat(again.ports().views().newestEvent()).isEqualTo(4);
    }
  }

  @Test
  void a_folder_that_is_not_there_is_made() {
    Path deep = folder.resolve("a").resolve("b");

    SqliteStore.open(SqliteConfig.of(deep)).close();

    assertThat(deep.resolve("millrace.db")).isRegularFile();
  }

  @Test
  void nobody_else_on_the_machine_may_read_or_lock_what_is_in_it() throws IOException {
    try (SqliteStore store = open()) {
      store.ports().heartbeats().announce(NORTH, at(3600));
      assertThat(folder.resolve("millrace.db-wal")).isNotEmptyFile();
      assertThat(modes()).hasSizeGreaterThanOrEqualTo(4).containsOnly("rw-------");
    }
  }

  @Test
  void what_an_earlier_version_left_open_to_all_is_closed_when_it_is_opened() throws IOException {
    open().close();
    for (String name :
        List.of("millrace.lock", "millrace.db", "millrace.db-wal", "millrace.db-shm")) {
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    try (SqliteStore store = open()) {
      store.ports().heartbeats().announce(NORTH, at(3600));
      assertThat(modes()).containsOnly("rw-------");
    }
  }

  private List<String> modes() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> modes = new ArrayList<>();
      for (Path file : files.toList()) {
        modes.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
      return modes;
    }
  }

  @Test
  void its_tables_are_made_once() throws SQLException {
    open().close();
    open().close();

    try (Session session = new TestFolder(folder).writing()) {
      assertThat(TestFolder.column(session, 1, "SELECT version FROM schema_history"))
          .containsExactly("1", "2", "3", "4");
      assertThat(TestFolder.column(session, 1, "PRAGMA integrity_check")).containsExactly("ok");
    }
  }

  @Test
  void a_store_that_an_older_program_has_written_is_brought_up_to_date() throws SQLException {
    Schema.steps(SqliteConfig.of(folder)).target("3").load().migrate();
    try (Session session = new TestFolder(folder).writing()) {
      TestFolder.run(
          session,
          """
          INSERT INTO task (id, owner, dialect, lane, priority, retry_attempts, retry_first, retry_most, retry_after_start,
            state, shown, attempt, lease_no, created_at, due_at, ready, rank, handle_runtime, handle_site, handle_name, outcome)
          SELECT state, 'ada', 'tes', 'task', 5, 1, 0, 0, 0, state, state, 1, 0, 0, 0,
            iif(state = 'QUEUED', 1, NULL), iif(state = 'QUEUED', 1, NULL), handle, handle, handle, outcome
            FROM (SELECT column1 AS state, column2 AS handle, column3 AS outcome FROM (VALUES
              ('WAITING', NULL, NULL), ('QUEUED', NULL, NULL), ('INITIALIZING', 'h', NULL), ('RUNNING', 'h', NULL),
              ('PAUSED', NULL, NULL), ('CANCELING', 'h', NULL), ('COMPLETE', NULL, '{}'), ('EXECUTOR_ERROR', NULL, '{}'),
              ('SYSTEM_ERROR', NULL, '{}'), ('CANCELED', NULL, '{}'), ('PREEMPTED', NULL, NULL)))
          """);
    }

    open().close();

    try (Session session = new TestFolder(folder).writing()) {
      assertThat(TestFolder.column(session, 1, "SELECT id FROM task ORDER BY seq"))
          .containsExactlyInAnyOrder(names(TaskState.values()));
      assertThat(
              TestFolder.column(
                  session,
                  1,
                  "SELECT id FROM task INDEXED BY task_open WHERE state > '' AND outcome IS NULL"))
          .containsExactlyInAnyOrder(
              "WAITING", "QUEUED", "INITIALIZING", "RUNNING", "PAUSED", "CANCELING", "PREEMPTED");
      assertThat(TestFolder.column(session, 1, "PRAGMA integrity_check")).containsExactly("ok");
    }
  }

  /** Each step is taken whole or not at all, whichever of its statements was the last. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void a_step_that_was_broken_off_is_taken_anew(int statements) throws SQLException {
    SqliteConfig config = SqliteConfig.of(folder);
    Schema.steps(config).target("3").load().migrate();
    Flyway broken = Schema.steps(config).callbacks(new BreaksOff(statements)).load();
    assertThatExceptionOfType(FlywayException.class).isThrownBy(broken::migrate);
    String sql = "SELECT sql FROM sqlite_schema WHERE name IN ('task', 'task_open') ORDER BY name";
    try (Session session = new TestFolder(folder).writing()) {
      assertThat(TestFolder.column(session, 1, sql))
          .hasSize(2)
          .noneMatch(words -> words.contains("state = 'WAITING'") || words.contains("outcome)"));
    }

    open().close();

    try (Session session = new TestFolder(folder).writing()) {
      assertThat(TestFolder.column(session, 1, sql)).first(STRING).contains("state = 'WAITING'");
      assertThat(TestFolder.column(session, 1, sql)).last(STRING).contains("outcome)");
      assertThat(TestFolder.column(session, 1, "PRAGMA integrity_check")).containsExactly("ok");
    }
  }

  /** After so many statements. */
  private static final class BreaksOff implements Callback {
    private int left;

    BreaksOff(int statements) {
      this.left = statements;
    }

    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.AFTER_EACH_MIGRATE_STATEMENT;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
      return true;
    }

    @Override
    public void handle(Event event, Context context) {
      left--;
      if (left == 0) {
        throw new FlywayException("broken off");
      }
    }

    @Override
    public String getCallbackName() {
      return "breaks off";
    }
  }

  private static String[] names(TaskState[] states) {
    return Stream.of(states).map(TaskState::name).toArray(String[]::new);
  }

  /** It makes a table of such a list for each row that it checks. */
  @Test
  void no_check_of_a_task_asks_sqlite_for_a_list_of_three_words() throws SQLException {
    open().close();

    try (Session session = new TestFolder(folder).writing()) {
      assertThat(TestFolder.column(session, 1, "SELECT sql FROM sqlite_schema WHERE name = 'task'"))
          .singleElement(STRING)
          .containsPattern("CHECK \\(state = 'WAITING' OR ")
          .doesNotContainPattern("IN \\([^()]*,[^()]*,");
    }
  }

  @Test
  void a_store_that_a_newer_program_has_written_is_refused() throws SQLException {
    open().close();
    try (Session session = new TestFolder(folder).writing()) {
      TestFolder.run(
          session,
          """
          INSERT INTO schema_history SELECT max(installed_rank) + 1, '999', 'later', type, 'V999__later.sql', 7, installed_by,
            installed_on, execution_time, success FROM schema_history
          """);
    }

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(this::open)
        .withMessageContaining(folder.toString())
        .withMessageContaining("a newer program");
  }

  @Test
  void a_file_that_is_no_database_is_refused() throws Exception {
    Files.writeString(folder.resolve("millrace.db"), "this is a letter to my aunt, of some length");

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(this::open)
        .withMessageContaining(folder.toString());
  }

  @Test
  void a_refused_folder_is_free_again() throws Exception {
    Path file = folder.resolve("millrace.db");
    Files.writeString(file, "this is a letter to my aunt, of some length");
    assertThatExceptionOfType(Refusal.class).isThrownBy(this::open);
    Files.delete(file);

    open().close();
  }

  @Test
  void a_second_store_in_the_same_process_is_refused_and_leaves_the_lock_to_the_first()
      throws Exception {
    try (SqliteStore _ = open()) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatExceptionOfType(Refusal.class)
            .isThrownBy(this::open)
            .withMessageContaining(folder.toString())
            .satisfies(
                refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Conflict.class));
      }

      try (Child child = Child.start(folder, "x")) {
        assertThat(child.line())
            .contains(folder.toString(), "in use by another server", processId(), "another folder");
      }
    }
  }

  @Test
  void another_process_that_was_killed_has_let_go() throws Exception {
    try (Child child = Child.start(folder, "x")) {
      child.line();
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(this::open)
          .withMessageContaining("in use by another server");
      child.kill();
    }

    open().close();
  }

  @Test
  void after_it_is_closed_every_port_refuses_and_closing_again_is_harmless() {
    SqliteStore store = open();
    store.close();
    store.close();

    for (Runnable use :
        List.<Runnable>of(
            () -> store.ports().intake().insert(aTask().newTask()),
            () -> store.ports().views().glance(aTask().id()),
            () -> store.ports().views().unfinished())) {
      assertThatExceptionOfType(Refusal.class).isThrownBy(use::run).withMessageContaining("closed");
    }
  }

  @Test
  void closing_again_does_not_take_the_folder_from_the_next_one() {
    SqliteStore first = open();
    first.close();
    try (SqliteStore _ = open()) {
      first.close();

      assertThatExceptionOfType(Refusal.class).isThrownBy(this::open);
    }
  }

  private static String processId() {
    return "process " + ProcessHandle.current().pid();
  }

  private SqliteStore open() {
    return SqliteStore.open(SqliteConfig.of(folder));
  }
}
