package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.millrace.testkit.DocumentFixture.aDocument;
import static org.millrace.testkit.DocumentFixture.aFinding;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.aDraft;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.RunFixture.aRun;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.documents.DocumentStore.NewResult;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.testkit.DocumentFixture;
import org.millrace.testkit.RunFixture;
import org.millrace.testkit.TaskSteps;

/** The tables refuse nonsense, whoever writes it. */
@TestInstance(Lifecycle.PER_CLASS)
final class SchemaTest {
  @AutoClose private final Session session;

  SchemaTest(@TempDir Path folder) throws SQLException {
    try (SqliteStore store = TestFolder.withTables(folder).open()) {
      store.ports().heartbeats().announce(NORTH, at(3600));
      var north = new TaskSteps(store.ports(), NORTH);
      north.running(aTask("running"));
      north.ended(aTask("ended"), completed());
      north.submit(
          aTask("queued")
              .alsoKnownAs("tes", "name")
              .telling(aDraft("key", "body"))
              .tagged("a", "b"));
      storeRuns(store.ports());
      storeDocuments(store.ports());
    }
    session = new TestFolder(folder).writing();
  }

  /** A run that goes on, with a node of each state but WAITING and READY; and one that arrives. */
  private static void storeRuns(StorePorts store) {
    RunFixture run =
        aRun("run")
            .single("waiting", "ready")
            .edge(1, 0)
            .single("active", "ended")
            .spread("spread");
    run.submit(store);
    List<RunNode> nodes = store.runViews().nodes(run.id(), 0, 9);
    var task = aTask("of-node");
    store
        .runs()
        .apply(
            List.of(
                NodeChange.of(run.id(), nodes.get(2), new NodeEvent.Begun(task.id()))
                    .as(task.newTask()),
                NodeChange.of(run.id(), nodes.get(3), new NodeEvent.Passed()),
                NodeChange.of(run.id(), nodes.get(4), new NodeEvent.Spread(2))),
            at(1));
    aRun("arriving").bring(store);
    store
        .runIntake()
        .begin(
            aRun("named").run(), aRun("named").spec(), Optional.of(new ExternalId("api", "name")));
  }

  /** A document with two tasks, a result of one of them, a tombstone and a dead letter. */
  private static void storeDocuments(StorePorts store) {
    DocumentFixture video = aDocument("VID0001");
    video.register(store);
    video.assign(store, "ASR");
    video.assign(store, "OCR");
    video.assign(store, "CUT");
    var result = new ResultId("result-0000000000001");
    store
        .documents()
        .store()
        .save(new NewResult(result, video.space(), video.entry("ASR"), aFinding("x"), at(1)));
    store.documents().store().deleteTask(video.space(), video.entry("CUT"), at(1));
    var letter = DeadLetter.of(at(1), Optional.empty(), new byte[] {1, 2}, aCause("unread"));
    store.documents().deadLetters().put(letter, 10);
  }

  @BeforeEach
  void begin() throws SQLException {
    session.on(Sql.BEGIN_WRITE).run();
  }

  @AfterEach
  void undo() throws SQLException {
    TestFolder.run(session, "ROLLBACK");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE task SET assigned = 2 WHERE id = 'queued'",
        "UPDATE task SET uncounted = 1 WHERE id = 'queued'",
        "UPDATE document SET id = 'x'",
        "UPDATE document SET id = upper(id)",
        "UPDATE document SET completions = -1",
        "UPDATE document SET target = NULL",
        "UPDATE document SET seq = seq + 1",
        "INSERT INTO document SELECT seq + 1, space, id, 'other', creator_id, target, creator, 0,"
            + " 0, 0 FROM document",
        "INSERT INTO document SELECT seq + 1, space, printf('%040d', 1), target_id, creator_id,"
            + " target, creator, 0, 0, 0 FROM document",
        "DELETE FROM document",
        "UPDATE document_task SET id = 'x' WHERE key = 'ASR'",
        "UPDATE document_task SET key = ''",
        "UPDATE document_task SET key = 'ASR'",
        "UPDATE document_task SET marked = 1",
        "UPDATE document_task SET marked = 2, marks = 1",
        "UPDATE document_task SET waiting = 2",
        "UPDATE document_task SET seen = -1",
        "UPDATE document_task SET number = 'done'",
        "UPDATE document_task SET document = 99",
        "UPDATE document_task SET task = 99 WHERE key = 'OCR'",
        "DELETE FROM document_task WHERE key = 'ASR'",
        "DELETE FROM task WHERE seq = (SELECT task FROM document_task WHERE key = 'OCR')",
        "UPDATE result SET id = 'short'",
        "UPDATE result SET id = 'result/0000000000001'",
        "UPDATE result SET digest = ''",
        "UPDATE result SET attempt = -1",
        "UPDATE result SET overtaken = 2",
        "UPDATE result SET task = 99",
        "UPDATE tombstone SET attempts = -1",
        "UPDATE tombstone SET id = 'x'",
        "UPDATE dead_letter SET length = 1",
        "UPDATE dead_letter SET body = zeroblob(65537), length = 70000",
        "UPDATE task SET state = 'LOST', shown = 'LOST' WHERE id = 'running'",
        "UPDATE task SET shown = 'QUEUED' WHERE id = 'running'",
        "UPDATE task SET handle_name = NULL, handle_runtime = NULL, handle_site = NULL WHERE id ="
            + " 'running'",
        "UPDATE task SET handle_site = NULL WHERE id = 'running'",
        "UPDATE task SET attempt = 0 WHERE id = 'running'",
        "UPDATE task SET lease_no = 0 WHERE id = 'running'",
        "UPDATE task SET outcome = '{}' WHERE id = 'running'",
        "UPDATE task SET waits_until = 1 WHERE id = 'running'",
        "UPDATE task SET ready = 1, rank = 1 WHERE id = 'running'",
        "UPDATE task SET state = 'COMPLETE', shown = 'COMPLETE' WHERE id = 'queued'",
        "UPDATE task SET state = 'RUNNING', shown = 'RUNNING' WHERE id = 'queued'",
        "UPDATE task SET ready = NULL, rank = NULL WHERE id = 'queued'",
        "UPDATE task SET ready = 2 WHERE id = 'queued'",
        "UPDATE task SET rank = NULL WHERE id = 'queued'",
        "UPDATE task SET holder = 'north', lease_no = 1 WHERE id = 'queued'",
        "UPDATE task SET priority = 11 WHERE id = 'queued'",
        "UPDATE task SET retry_attempts = 0 WHERE id = 'queued'",
        "UPDATE task SET cancelled_by = 'ada' WHERE id = 'queued'",
        "UPDATE task SET due_at = 'noon' WHERE id = 'queued'",
        "UPDATE task SET id = 'running' WHERE id = 'queued'",
        "UPDATE task SET outcome = NULL WHERE id = 'ended'",
        "UPDATE task SET holder = 'north' WHERE id = 'ended'",
        "UPDATE task SET state = 'QUEUED', shown = 'QUEUED', ready = 1, rank = 1 WHERE id ="
            + " 'ended'",
        "UPDATE attempt SET outcome = '{}' WHERE ended_at IS NULL",
        "UPDATE attempt SET outcome = NULL WHERE ended_at IS NOT NULL",
        "INSERT INTO attempt SELECT task, number + 1, handle_runtime, handle_site, handle_name,"
            + " begun_at, NULL, NULL, NULL, NULL FROM attempt WHERE ended_at IS NULL",
        "INSERT INTO spec (task, json) VALUES (404, '{}')",
        "INSERT INTO event (task, owner, at, kind, state, attempt) VALUES (404, '', 0, '', '', 0)",
        "INSERT INTO external_id SELECT face, text, 2 FROM external_id",
        "UPDATE delivery SET given_up = 1",
        "INSERT INTO delivery SELECT 77, channel, key, target, body, tries, due_at, last_error,"
            + " given_up, first FROM delivery",
        "UPDATE run SET state = 'LOST' WHERE id = 'run'",
        "UPDATE run SET policy = 'NEVER' WHERE id = 'run'",
        "UPDATE run SET ended_at = 1 WHERE id = 'run'",
        "UPDATE run SET state = 'COMPLETE' WHERE id = 'run'",
        "UPDATE run SET active = open + 1 WHERE id = 'run'",
        "UPDATE run SET open = -1, active = -1 WHERE id = 'run'",
        "UPDATE run SET failed = -1 WHERE id = 'run'",
        "UPDATE run SET next_place = -1 WHERE id = 'run'",
        "UPDATE run SET rewinds = -1 WHERE id = 'run'",
        "UPDATE run SET cancelled_by = 'ada' WHERE id = 'run'",
        "UPDATE run SET state = 'CANCELING' WHERE id = 'run'",
        "UPDATE run SET rewind_from = '[]' WHERE id = 'run'",
        "UPDATE run SET gone = 1 WHERE id = 'run'",
        "UPDATE run SET gone = 2 WHERE id = 'arriving'",
        "UPDATE run SET id = 'run' WHERE id = 'arriving'",
        "DELETE FROM run WHERE id = 'run'",
        "INSERT INTO run_spec (run, json) VALUES (404, '{}')",
        "UPDATE run_external_id SET run = 404",
        "UPDATE run_node SET state = 'LOST' WHERE key = 'ready'",
        "UPDATE run_node SET generation = 0 WHERE key = 'ready'",
        "UPDATE run_node SET state = 'ENDED' WHERE key = 'ready'",
        "UPDATE run_node SET ending = 'FAILED' WHERE key = 'ready'",
        "UPDATE run_node SET telling = 1 WHERE key = 'ready'",
        "UPDATE run_node SET state = 'ACTIVE' WHERE key = 'ready'",
        "UPDATE run_node SET key = 'active' WHERE key = 'ready'",
        "UPDATE run_node SET parent = place WHERE key = 'ready'",
        "UPDATE run_node SET run = 404 WHERE key = 'ready'",
        "UPDATE run_node SET open = 0 WHERE key = 'waiting'",
        "UPDATE run_node SET taken = -1 WHERE key = 'waiting'",
        "UPDATE run_node SET task = NULL WHERE key = 'active'",
        "UPDATE run_node SET ending = NULL WHERE key = 'ended'",
        "UPDATE run_node SET ending = 'LOST' WHERE key = 'ended'",
        "UPDATE run_node SET telling = 2 WHERE key = 'ended'",
        "UPDATE run_node SET made = -1 WHERE key = 'spread'",
        "UPDATE run_edge SET mark = 'SEEN'",
        "UPDATE run_edge SET to_place = from_place",
        "UPDATE run_edge SET leads = 2",
        "INSERT INTO run_edge (run, from_place, to_place, leads) SELECT run, from_place, to_place,"
            + " 1 FROM run_edge",
        "INSERT INTO run_event (run, at, state) VALUES (404, 0, '')",
        "UPDATE run_event SET node = NULL WHERE place IS NOT NULL",
        "UPDATE run_event SET task = 'task' WHERE node IS NULL",
        "INSERT INTO probe (one, filler) VALUES (2, x'')"
      })
  void nonsense_is_refused(String nonsense) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> TestFolder.run(session, nonsense))
        .withMessageContaining("SQLITE_CONSTRAINT");
  }

  @ParameterizedTest
  @EnumSource
  void every_state_has_a_row_that_is_accepted(TaskState state) {
    assertThatCode(() -> TestFolder.run(session, put(state))).doesNotThrowAnyException();
  }

  private static String put(TaskState state) {
    return """
    UPDATE task
       SET state = '%s', shown = '%1$s', attempt = 1, holder = NULL, handle_runtime = %2$s, handle_site = %2$s,
           handle_name = %2$s, outcome = %3$s, ready = %4$s, rank = %4$s
     WHERE id = 'queued'
    """
        .formatted(
            state,
            state.isUnderWay() ? "'there'" : "NULL",
            state.isFinal() ? "'{}'" : "NULL",
            state == TaskState.QUEUED ? "1" : "NULL");
  }
}
