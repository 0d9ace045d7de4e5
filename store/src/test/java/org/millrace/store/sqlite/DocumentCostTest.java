package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each step costs with documents does not depend on how many there are, with their tasks and
 * results. Counted in steps of SQLite.
 */
final class DocumentCostTest {
  private static final int FEW = 10_000;
  private static final int MANY = 100_000;
  private static final int PAGE = 20;

  /** A document of its own, with tasks 1 to 3 and what they found. */
  private static final String ID = "%040x".formatted(0);

  @AutoClose private final Session session;

  DocumentCostTest(@TempDir Path folder) throws SQLException {
    session = TestFolder.withTables(folder).writing();
    TestFolder.run(session, "PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF");
  }

  @Test
  void each_step_costs_among_many_documents_what_it_costs_among_few() throws SQLException {
    growTo(FEW);
    costs(); // preparing the statements has its steps too
    Map<Sql, Long> few = costs();
    growTo(MANY);
    Map<Sql, Long> many = costs();

    Map<Sql, Double> ratios =
        few.keySet().stream()
            .collect(
                Collectors.toMap(
                    sql -> sql,
                    sql -> (double) many.getOrDefault(sql, 0L) / few.getOrDefault(sql, 1L)));
    assertThat(ratios).allSatisfy((_, ratio) -> assertThat(ratio).isBetween(0.7, 1.3));
  }

  /**
   * Each document has one task and each task one result; tasks of all numbers, one of a hundred
   * marked; the first document has three tasks.
   */
  private void growTo(int documents) throws SQLException {
    TestFolder.run(
        session,
        """
        INSERT INTO document (seq, space, id, target_id, creator_id, target, creator, created_at, updated_at, completions)
        WITH RECURSIVE number (n) AS (SELECT (SELECT count(*) FROM document)
                                      UNION ALL SELECT n + 1 FROM number WHERE n + 1 < %d)
        SELECT n + 1, 'dane', printf('%%040x', n), printf('v%%07d', n), 'ACME' || (n %% 50), '{}', '{}', 0, 0, 0
          FROM number
        """
            .formatted(documents),
        """
        INSERT INTO task (id, owner, dialect, lane, priority, retry_attempts, retry_first, retry_most, retry_after_start,
                          state, shown, attempt, lease_no, created_at, due_at, ended_at, outcome, assigned)
        SELECT 't' || d.seq, 'ada', 'dane', 'dane:Video.ASR', 5, 1, 0, 0, 0,
               iif(d.seq <= 3, 'WAITING', 'COMPLETE'), iif(d.seq <= 3, 'WAITING', 'COMPLETE'), 1, 1, 0, 0,
               iif(d.seq <= 3, NULL, 1), iif(d.seq <= 3, NULL, '{"kind":"completed"}'), 1
          FROM document d WHERE d.seq > (SELECT count(*) FROM task)
        """,
        "INSERT INTO spec SELECT seq, '{}' FROM task WHERE seq > (SELECT count(*) FROM spec)",
        """
        INSERT INTO document_task (task, space, document, creator_id, id, key, number, message, also, created_at, updated_at,
                                   waiting, seen, marks, marked)
        SELECT d.seq, 'dane', iif(d.seq <= 3, 1, d.seq), d.creator_id, printf('%040x', d.seq - 1), 'K' || (d.seq % 7),
               CASE d.seq % 4 WHEN 0 THEN 200 WHEN 1 THEN 102 WHEN 2 THEN 500 ELSE 412 END, '', '{}', 0, 0,
               d.seq <= 3, 0, 1, d.seq % 100 = 0
          FROM document d WHERE d.seq > (SELECT count(*) FROM document_task)
        """,
        """
        INSERT INTO result (space, id, task, creator_id, key, attempt, digest, generator, payload, saved_at, overtaken)
        SELECT 'dane', printf('%020d', task), task, creator_id, key, 1, printf('%064d', task), '{}', '{}', 0, 0
          FROM document_task WHERE task > (SELECT count(*) FROM result)
        """,
        "INSERT OR REPLACE INTO tombstone SELECT 'dane', id, 1, 0 FROM document");
  }

  private Map<Sql, Long> costs() throws SQLException {
    var costs = new LinkedHashMap<Sql, Long>();
    for (Sql byId :
        new Sql[] {
          Sql.DOCUMENT_FIND,
          Sql.DOCUMENT_OF_ENTRY,
          Sql.ENTRY_BY_ID,
          Sql.ENTRY_PRESENT,
          Sql.ENTRY_TASK,
          Sql.TOMBSTONE_FIND
        }) {
      costs.put(byId, rows(byId, inSpace(byId).set("id", ID)));
    }
    costs.put(
        Sql.ENTRY_BY_TASK,
        rows(Sql.ENTRY_BY_TASK, session.on(Sql.ENTRY_BY_TASK).set("task", "t2")));
    costs.put(
        Sql.ENTRY_BY_SEQUENCE,
        rows(Sql.ENTRY_BY_SEQUENCE, inSpace(Sql.ENTRY_BY_SEQUENCE).set("task", 2)));
    costs.put(Sql.ENTRY_FIND, rows(Sql.ENTRY_FIND, session.on(Sql.ENTRY_FIND).set("task", 2)));
    costs.put(
        Sql.RESULT_FIND,
        rows(Sql.RESULT_FIND, inSpace(Sql.RESULT_FIND).set("id", "%020d".formatted(2))));
    costs.put(
        Sql.RESULT_SAME,
        rows(
            Sql.RESULT_SAME,
            session
                .on(Sql.RESULT_SAME)
                .set("task", 2)
                .set("attempt", 1)
                .set("digest", "%064d".formatted(2))));
    pages(costs);
    search(costs);
    changes(costs);
    return costs;
  }

  private void pages(Map<Sql, Long> costs) throws SQLException {
    costs.put(
        Sql.ENTRIES_OF_DOCUMENT,
        rows(
            Sql.ENTRIES_OF_DOCUMENT,
            page(Sql.ENTRIES_OF_DOCUMENT).set("document", ID).set("after", 0)));
    costs.put(
        Sql.ENTRIES_OF_CREATOR,
        rows(
            Sql.ENTRIES_OF_CREATOR,
            page(Sql.ENTRIES_OF_CREATOR)
                .set("creator", "ACME0")
                .set("key", "K1")
                .set("after", 400)));
    costs.put(
        Sql.ENTRIES_OF_KEY,
        rows(
            Sql.ENTRIES_OF_KEY,
            page(Sql.ENTRIES_OF_KEY).set("key", "K1").set("number", 500).set("after", 400)));
    costs.put(
        Sql.ENTRIES_OF_NUMBER,
        rows(
            Sql.ENTRIES_OF_NUMBER,
            page(Sql.ENTRIES_OF_NUMBER).set("number", 500).set("after", 400)));
    costs.put(
        Sql.NUMBER_OF_ANY, rows(Sql.NUMBER_OF_ANY, inSpace(Sql.NUMBER_OF_ANY).set("number", 201)));
    costs.put(
        Sql.NUMBER_OF_KEY,
        rows(Sql.NUMBER_OF_KEY, inSpace(Sql.NUMBER_OF_KEY).set("key", "K1").set("number", 201)));
    costs.put(
        Sql.ENTRY_COUNT_OF_NUMBER,
        rows(Sql.ENTRY_COUNT_OF_NUMBER, page(Sql.ENTRY_COUNT_OF_NUMBER).set("number", 200)));
    costs.put(
        Sql.ENTRY_PLACE_OF_KEY,
        rows(
            Sql.ENTRY_PLACE_OF_KEY,
            inSpace(Sql.ENTRY_PLACE_OF_KEY).set("key", "K1").set("number", 500).set("skip", 9)));
    costs.put(
        Sql.ENTRY_PLACE_OF_NUMBER,
        rows(
            Sql.ENTRY_PLACE_OF_NUMBER,
            inSpace(Sql.ENTRY_PLACE_OF_NUMBER).set("number", 500).set("skip", 9)));
    costs.put(
        Sql.ENTRY_SEQUENCES_OF_KEY,
        rows(
            Sql.ENTRY_SEQUENCES_OF_KEY,
            page(Sql.ENTRY_SEQUENCES_OF_KEY).set("key", "K1").set("number", 500)));
    costs.put(
        Sql.ENTRY_SEQUENCES_OF_NUMBER,
        rows(
            Sql.ENTRY_SEQUENCES_OF_NUMBER, page(Sql.ENTRY_SEQUENCES_OF_NUMBER).set("number", 500)));
    costs.put(
        Sql.ENTRIES_MARKED,
        rows(Sql.ENTRIES_MARKED, session.on(Sql.ENTRIES_MARKED).set("after", 0).set("most", 10)));
    costs.put(
        Sql.RESULTS_OF_TASK,
        rows(Sql.RESULTS_OF_TASK, page(Sql.RESULTS_OF_TASK).set("entry", ID).set("after", 0)));
    costs.put(
        Sql.RESULTS_OF_CREATOR,
        rows(
            Sql.RESULTS_OF_CREATOR,
            page(Sql.RESULTS_OF_CREATOR)
                .set("creator", "ACME0")
                .set("key", "K1")
                .set("after", 400)));
  }

  private void search(Map<Sql, Long> costs) throws SQLException {
    costs.put(
        Sql.DOCUMENTS_BY_TARGET,
        rows(
            Sql.DOCUMENTS_BY_TARGET,
            page(Sql.DOCUMENTS_BY_TARGET)
                .set("from_target", "v00005")
                .set("from_creator", "")
                .set("end", "v00006")
                .set("target", "v00005*")
                .set("creator", "*")
                .set("skip", 10)));
    costs.put(
        Sql.DOCUMENTS_BY_CREATOR,
        rows(
            Sql.DOCUMENTS_BY_CREATOR,
            page(Sql.DOCUMENTS_BY_CREATOR)
                .set("creator", "ACME7")
                .set("from_target", "v0000500")
                .set("end", "w")
                .set("target", "*")
                .set("skip", 3)));
    costs.put(
        Sql.DOCUMENT_COUNT_BY_CREATOR,
        rows(
            Sql.DOCUMENT_COUNT_BY_CREATOR,
            page(Sql.DOCUMENT_COUNT_BY_CREATOR)
                .set("creator", "ACME7")
                .set("from_target", "")
                .set("end", "w")
                .set("target", "*")));
  }

  /** What registering, assigning, completing and deleting do; taken back at once. */
  private void changes(Map<Sql, Long> costs) throws SQLException {
    TestFolder.run(session, "SAVEPOINT trial");
    costs.put(
        Sql.DOCUMENT_INSERT,
        updates(
            session
                .on(Sql.DOCUMENT_INSERT)
                .set("space", "dane")
                .set("id", "f".repeat(40))
                .set("target_id", "v0000500x")
                .set("creator_id", "ACME7")
                .set("target", "{}")
                .set("creator", "{}")
                .set("created_at", 0)
                .set("updated_at", 0)));
    costs.put(
        Sql.ENTRIES_MARK, updates(session.on(Sql.ENTRIES_MARK).set("document", 1).set("task", 1)));
    costs.put(Sql.DOCUMENT_COMPLETE, updates(session.on(Sql.DOCUMENT_COMPLETE).set("seq", 1)));
    costs.put(
        Sql.RESULTS_OVERTAKE,
        updates(session.on(Sql.RESULTS_OVERTAKE).set("task", 1).set("attempt", 2)));
    costs.put(
        Sql.ENTRY_SAVE,
        updates(
            session
                .on(Sql.ENTRY_SAVE)
                .set("task", 1)
                .set("number", 503)
                .set("message", "")
                .set("also", "{}")
                .set("updated_at", 1)
                .set("waiting", 1)
                .set("seen", 1)
                .set("marks", 2)
                .set("marked", 1)));
    costs.put(
        Sql.ENTRY_UNMARK, updates(session.on(Sql.ENTRY_UNMARK).set("task", "t1").set("mark", 2)));
    costs.put(Sql.RESULTS_DELETE, updates(session.on(Sql.RESULTS_DELETE).set("task", 1)));
    costs.put(Sql.ENTRY_DELETE, updates(session.on(Sql.ENTRY_DELETE).set("task", 1)));
    TestFolder.run(session, "ROLLBACK TO trial", "RELEASE trial");
  }

  private KeptStatement inSpace(Sql sql) throws SQLException {
    return session.on(sql).set("space", "dane");
  }

  private KeptStatement page(Sql sql) throws SQLException {
    return inSpace(sql).set("most", PAGE);
  }

  private long rows(Sql sql, KeptStatement asked) throws SQLException {
    return StepCount.of(
        session,
        _ -> {
          assertThat(asked.list(_ -> sql)).as("%s answers", sql).isNotEmpty();
          return sql;
        });
  }

  private long updates(KeptStatement change) throws SQLException {
    return StepCount.of(
        session,
        _ -> {
          assertThat(change.update()).isPositive();
          return change;
        });
  }
}
