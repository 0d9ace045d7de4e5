package org.millrace.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Asks SQLite how it will run each statement. A new statement does not compile here until somebody
 * says which index it goes through.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class QueryPlanTest {
  @AutoClose final Session session;

  QueryPlanTest(@TempDir Path folder) throws SQLException {
    session = TestFolder.withTables(folder).writing();
  }

  @ParameterizedTest
  @EnumSource
  void it_goes_through_the_index_made_for_it(Sql sql) throws SQLException {
    List<String> plan = plan(sql);
    for (String step : steps(sql)) {
      assertThat(plan).as("%s", plan).anyMatch(line -> line.startsWith(step));
    }
    assertThat(plan.stream().filter(line -> line.startsWith("SEARCH") || line.startsWith("SCAN")))
        .filteredOn(Predicate.not(QueryPlanTest::touchesNoTable))
        .as("nothing else is read: %s", plan)
        .hasSameSizeAs(steps(sql));
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_sorted_and_no_index_made_on_the_way(Sql sql) throws SQLException {
    assertThat(plan(sql))
        .noneMatch(line -> line.contains("TEMP B-TREE") || line.contains("AUTOMATIC"));
  }

  @ParameterizedTest
  @EnumSource
  void sqlite_counts_its_parameters_as_we_do(Sql sql) throws SQLException {
    try (PreparedStatement prepared = session.connection().prepareStatement(sql.text())) {
      assertThat(prepared.getParameterMetaData().getParameterCount())
          .isEqualTo(sql.parameters().size());
    }
  }

  private List<String> plan(Sql sql) throws SQLException {
    return TestFolder.column(session, 4, "EXPLAIN QUERY PLAN " + sql.text());
  }

  /** Reads what the statement itself has made, or the list of conditions handed in. */
  private static boolean touchesNoTable(String line) {
    return line.startsWith("SCAN (subquery-")
        || line.equals("SCAN turn")
        || line.equals("SCAN lane")
        || line.equals("SCAN target")
        || line.equals("SCAN leaving")
        || line.equals("SCAN found")
        || line.equals("SCAN CONSTANT ROW")
        || line.startsWith("SCAN w VIRTUAL TABLE");
  }

  /** Every read of a table that the statement may do. */
  private static List<String> steps(Sql sql) {
    String tags = "SEARCH h USING PRIMARY KEY (key=? AND task=?)";
    String moreTags = "SEARCH g USING PRIMARY KEY (key=? AND task=?)";
    String taskBySeq = "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)";
    String taskById = "SEARCH t USING INDEX sqlite_autoindex_task_1 (id=?)";
    String specBySeq = "SEARCH s USING INTEGER PRIMARY KEY (rowid=?)";
    String nodeOfTask = "SEARCH n USING COVERING INDEX run_node_task (task=?)";
    String runById = "SEARCH r USING INDEX sqlite_autoindex_run_1 (id=?)";
    String runBySeq = "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)";
    String runSpec = "SEARCH s USING INTEGER PRIMARY KEY (rowid=?)";
    String runAfter = "SEARCH a USING INDEX sqlite_autoindex_run_1 (id=?)";
    String planByPlace = "SEARCH p USING PRIMARY KEY (run=? AND place=?)";
    String nodeByPlace = "SEARCH n USING PRIMARY KEY (run=? AND place=?)";
    String documentBySeq = "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)";
    String entryById = "SEARCH e USING INDEX sqlite_autoindex_document_task_1 (space=? AND id=?)";
    String documentsOfTarget =
        "SEARCH document USING COVERING INDEX document_target (space=? AND"
            + " (target_id,creator_id)>(?,?) AND (target_id,creator_id)<(?,?))";
    String documentsOfCreator =
        "SEARCH document USING COVERING INDEX document_creator"
            + " (space=? AND creator_id=? AND target_id>? AND target_id<?)";
    List<String> ofRun =
        List.of(
            "SEARCH run_event USING COVERING INDEX run_event_run (run=?)",
            "SEARCH run_edge USING PRIMARY KEY (run=?)",
            "SEARCH run_plan USING PRIMARY KEY (run=?)",
            "SEARCH run_node USING PRIMARY KEY (run=?)",
            "SEARCH run_external_id USING COVERING INDEX run_external_id_run (run=?)",
            "SEARCH run_spec USING INTEGER PRIMARY KEY (rowid=?)");
    return switch (sql) {
      case BEGIN_READ,
          BEGIN_WRITE,
          CHECKPOINT,
          COMMIT,
          ROLLBACK,
          ROLLBACK_TO_SAVEPOINT,
          SAVEPOINT,
          RELEASE_SAVEPOINT,
          SPEC_INSERT,
          TAG_INSERT,
          EVENT_INSERT,
          ATTEMPT_INSERT,
          EXTERNAL_ID_INSERT,
          RUN_EDGE_INSERT,
          RUN_EVENT_INSERT,
          RUN_EXTERNAL_ID_SAVE,
          RUN_NODE_INSERT,
          RUN_PLAN_INSERT,
          RUN_SPEC_INSERT,
          SERVER_ANNOUNCE,
          DEAD_LETTER_INSERT,
          DOCUMENT_INSERT,
          ENTRY_INSERT,
          RESULT_INSERT,
          TOMBSTONE_SAVE ->
          List.of();
      case TASK_INSERT -> // for rows that wait for their task, of which there are none
          List.of(
              "SEARCH document_task USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH event USING COVERING INDEX event_task (task=?)",
              "SEARCH attempt USING COVERING INDEX sqlite_autoindex_attempt_1 (task=?)",
              "SEARCH spec USING INTEGER PRIMARY KEY (rowid=?)");
      case PROBE, PROBE_CLEAR -> List.of("SEARCH probe USING INTEGER PRIMARY KEY");
      case AHEAD ->
          List.of(
              taskById,
              "SEARCH o USING COVERING INDEX task_ready (lane=? AND ready=? AND owner=? AND"
                  + " rank<?)",
              "SEARCH o USING COVERING INDEX task_ready (lane=? AND ready=? AND owner=? AND"
                  + " rank<?)");
      case ATTEMPT_NOTE ->
          List.of(
              "SEARCH attempt USING INDEX attempt_under_way (task=?)",
              "SEARCH task USING INDEX sqlite_autoindex_task_1 (id=?)");
      case ATTEMPT_DELETE ->
          List.of("SEARCH attempt USING COVERING INDEX sqlite_autoindex_attempt_1 (task=?)");
      case ENDED_BEFORE ->
          List.of(
              "SEARCH t USING INDEX task_ended (state=? AND ended_at>? AND ended_at<?)",
              nodeOfTask);
      case ENDED_FIND -> List.of(taskById, nodeOfTask);
      case EVENT_DELETE -> List.of("SEARCH event USING COVERING INDEX event_task (task=?)");
      case EXTERNAL_ID_DELETE ->
          List.of("SEARCH external_id USING COVERING INDEX external_id_task (task=?)");
      case SPEC_DELETE -> List.of("SEARCH spec USING INTEGER PRIMARY KEY (rowid=?)");
      case TAG_DELETE -> List.of("SEARCH tag USING INDEX tag_task (task=?)");
      case TASK_DELETE ->
          List.of(
              "SEARCH task USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH document_task USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH spec USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH attempt USING COVERING INDEX sqlite_autoindex_attempt_1 (task=?)",
              "SEARCH event USING COVERING INDEX event_task (task=?)");
      case ATTEMPT_REPORT, ATTEMPT_SAVE ->
          List.of("SEARCH attempt USING INDEX attempt_under_way (task=?)");
      case ATTEMPTS -> List.of("SEARCH attempt USING INDEX sqlite_autoindex_attempt_1 (task=?)");
      case CLAIMED ->
          List.of(taskBySeq, specBySeq, "SEARCH a USING INDEX attempt_under_way (task=?)");
      case DEAD_LETTERS, DEAD_LETTERS_TRIM ->
          List.of("SEARCH dead_letter USING INTEGER PRIMARY KEY (rowid<?)");
      case DEAD_LETTER_COUNT -> // all of them, which are few
          List.of("SCAN dead_letter USING COVERING INDEX dead_letter_at");
      case DEAD_LETTERS_FORGET ->
          List.of(
              "SEARCH dead_letter USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH dead_letter USING COVERING INDEX dead_letter_at (at<?)");
      case DOCUMENT_COMPLETE -> List.of("SEARCH document USING INTEGER PRIMARY KEY (rowid=?)");
      case DOCUMENT_DELETE ->
          List.of(
              "SEARCH document USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH document_task USING COVERING INDEX document_task_document (document=?)");
      case DOCUMENT_FIND ->
          List.of("SEARCH document USING INDEX sqlite_autoindex_document_1 (space=? AND id=?)");
      case DOCUMENT_OF_ENTRY -> List.of(entryById, documentBySeq);
      case DOCUMENT_COUNT_BY_CREATOR -> List.of(documentsOfCreator);
      case DOCUMENT_COUNT_BY_TARGET -> List.of(documentsOfTarget);
      case DOCUMENTS_BY_CREATOR -> List.of(documentsOfCreator, documentBySeq);
      case DOCUMENTS_BY_TARGET -> List.of(documentsOfTarget, documentBySeq);
      case ENTRIES_MARK ->
          List.of("SEARCH document_task USING INDEX document_task_waiting (document=?)");
      case ENTRIES_MARKED ->
          List.of("SEARCH e USING INDEX document_task_marked (task>?)", documentBySeq, taskBySeq);
      case ENTRIES_OF_CREATOR ->
          List.of(
              "SEARCH e USING INDEX document_task_creator"
                  + " (space=? AND creator_id=? AND key=? AND rowid>?)",
              documentBySeq,
              taskBySeq,
              specBySeq);
      case ENTRIES_OF_DOCUMENT ->
          List.of(
              "SEARCH o USING COVERING INDEX sqlite_autoindex_document_1 (space=? AND id=?)",
              "SEARCH e USING INDEX document_task_document (document=? AND rowid>?)",
              taskBySeq,
              specBySeq);
      case ENTRIES_OF_KEY ->
          List.of(
              "SEARCH e USING INDEX document_task_key"
                  + " (space=? AND key=? AND number=? AND rowid>?)",
              documentBySeq,
              taskBySeq,
              specBySeq);
      case ENTRIES_OF_NUMBER ->
          List.of(
              "SEARCH e USING INDEX document_task_number (space=? AND number=? AND rowid>?)",
              documentBySeq,
              taskBySeq,
              specBySeq);
      case ENTRY_BY_ID -> List.of(entryById, documentBySeq, taskBySeq, specBySeq);
      case ENTRY_BY_SEQUENCE ->
          List.of(
              "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)", documentBySeq, taskBySeq, specBySeq);
      case ENTRY_BY_TASK ->
          List.of(
              taskById, "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)", documentBySeq, specBySeq);
      case ENTRY_LATEST ->
          List.of(
              "SEARCH e USING COVERING INDEX sqlite_autoindex_document_task_1 (space=? AND id=?)",
              taskBySeq);
      case ENTRY_LATEST_BY_TASK ->
          List.of(taskById, "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)");
      case ENTRY_OF_TASK ->
          List.of(
              "SEARCH t USING COVERING INDEX sqlite_autoindex_task_1 (id=?)",
              "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)",
              documentBySeq);
      case ENTRY_COUNT_OF_KEY ->
          List.of(
              "SEARCH document_task USING COVERING INDEX document_task_key"
                  + " (space=? AND key=? AND number=?)");
      case ENTRY_COUNT_OF_NUMBER ->
          List.of(
              "SEARCH document_task USING COVERING INDEX document_task_number"
                  + " (space=? AND number=?)");
      case ENTRY_DELETE ->
          List.of(
              "SEARCH document_task USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH result USING COVERING INDEX result_task (task=?)");
      case ENTRY_FIND -> List.of("SEARCH e USING INTEGER PRIMARY KEY (rowid=?)", documentBySeq);
      case ENTRY_PLACE_OF_KEY ->
          List.of(
              "SEARCH document_task USING COVERING INDEX document_task_key"
                  + " (space=? AND key=? AND number=?)");
      case ENTRY_PLACE_OF_NUMBER ->
          List.of(
              "SEARCH document_task USING COVERING INDEX document_task_number"
                  + " (space=? AND number=?)");
      case ENTRY_PRESENT ->
          List.of(
              "SEARCH document_task USING INDEX sqlite_autoindex_document_task_1"
                  + " (space=? AND id=?)");
      case ENTRY_SAVE -> List.of("SEARCH document_task USING INTEGER PRIMARY KEY (rowid=?)");
      case ENTRY_SEQUENCES_OF_KEY ->
          List.of(
              "SEARCH document_task USING COVERING INDEX document_task_key"
                  + " (space=? AND key=? AND number=?)");
      case ENTRY_SEQUENCES_OF_NUMBER ->
          List.of(
              "SEARCH document_task USING COVERING INDEX document_task_number"
                  + " (space=? AND number=?)");
      case ENTRY_TASK ->
          List.of(
              "SEARCH e USING COVERING INDEX sqlite_autoindex_document_task_1"
                  + " (space=? AND id=?)",
              taskBySeq);
      case ENTRY_TASKS ->
          List.of("SEARCH e USING INDEX document_task_document (document=?)", taskBySeq);
      case ENTRY_UNMARK ->
          List.of(
              "SEARCH document_task USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH task USING COVERING INDEX sqlite_autoindex_task_1 (id=?)");
      case NUMBER_OF_ANY ->
          List.of(
              "SEARCH document_task USING COVERING INDEX document_task_number"
                  + " (space=? AND number>?)");
      case NUMBER_OF_KEY ->
          List.of(
              "SEARCH document_task USING COVERING INDEX document_task_key"
                  + " (space=? AND key=? AND number>?)");
      case RESULT_DELETE ->
          List.of("SEARCH result USING INDEX sqlite_autoindex_result_1 (space=? AND id=?)");
      case RESULT_FIND ->
          List.of(
              "SEARCH r USING INDEX sqlite_autoindex_result_1 (space=? AND id=?)",
              "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)",
              documentBySeq);
      case RESULT_SAME ->
          List.of(
              "SEARCH r USING INDEX result_words (task=? AND attempt=? AND digest=?)",
              "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)",
              documentBySeq);
      case RESULTS_DELETE -> List.of("SEARCH result USING COVERING INDEX result_task (task=?)");
      case RESULTS_OF_CREATOR ->
          List.of(
              "SEARCH r USING INDEX result_creator"
                  + " (space=? AND creator_id=? AND key=? AND rowid>?)",
              "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)",
              documentBySeq);
      case RESULTS_OF_TASK ->
          List.of(
              entryById, documentBySeq, "SEARCH r USING INDEX result_shown (task=? AND rowid>?)");
      case RESULTS_OF_TASK_EVER ->
          List.of(
              entryById, documentBySeq, "SEARCH r USING INDEX result_task (task=? AND rowid>?)");
      case RESULTS_OVERTAKE ->
          List.of("SEARCH result USING INDEX result_words (task=? AND attempt<?)");
      case RUN_NODES_OF_TASK ->
          List.of("SEARCH run_node USING COVERING INDEX run_node_task (task=?)");
      case TASK_UNASSIGN -> List.of("SEARCH task USING INTEGER PRIMARY KEY (rowid=?)");
      case TOMBSTONE_DELETE, TOMBSTONE_FIND ->
          List.of("SEARCH tombstone USING PRIMARY KEY (space=? AND id=?)");
      case DELIVERIES_DELETE ->
          List.of(
              "SEARCH delivery USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH delivery USING COVERING INDEX delivery_old (due_at<?)");
      case DELIVERIES_DUE ->
          List.of("SEARCH delivery USING INDEX delivery_due (target=? AND due_at<?)");
      case DELIVERY_COUNT ->
          List.of("SEARCH delivery USING COVERING INDEX delivery_given_up (given_up=?)");
      case DELIVERY_TARGETS ->
          List.of(
              "SCAN d USING COVERING INDEX delivery_due", // its first entry alone
              "SEARCH d USING COVERING INDEX delivery_due (target>?)",
              "SEARCH d EXISTS USING COVERING INDEX delivery_due (target=? AND due_at<?)");
      case DELIVERIES_GIVEN_UP ->
          List.of("SEARCH delivery USING INDEX delivery_given_up (given_up=?)");
      case DELIVERY_DELIVERED, DELIVERY_GIVEN_UP, DELIVERY_POSTPONED ->
          List.of("SEARCH delivery USING INTEGER PRIMARY KEY (rowid=?)");
      case DELIVERY_INSERT ->
          List.of("SEARCH delivery USING COVERING INDEX delivery_pending (key=?)");
      case DELIVERY_PROMOTE ->
          List.of(
              "SEARCH delivery USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH delivery USING COVERING INDEX delivery_pending (key=?)");
      case EXTERNAL_ID_FIND -> List.of("SEARCH e USING PRIMARY KEY (face=? AND text=?)", taskBySeq);
      case GLANCE, STANDING, TASK_FIND, TAKE_UP_ANSWERED ->
          List.of("SEARCH task USING INDEX sqlite_autoindex_task_1 (id=?)");
      case GRANT, NAME_OF, TASK_SAVE -> List.of("SEARCH task USING INTEGER PRIMARY KEY (rowid=?)");
      case HELD_BY -> List.of("SEARCH task USING INDEX task_held (holder=?)");
      case HISTORY -> List.of("SEARCH e USING INTEGER PRIMARY KEY (rowid>?)", taskBySeq);
      case HISTORY_OF_OWNER ->
          List.of("SEARCH e USING INDEX event_owner (owner=? AND rowid>?)", taskBySeq);
      case HISTORY_OF_TASK ->
          List.of(taskById, "SEARCH e USING INDEX event_task (task=? AND rowid>?)");
      case IN_FLIGHT_OF_ALL -> List.of("SEARCH task USING COVERING INDEX task_in_flight (lane=?)");
      case IN_FLIGHT_OF_SERVER ->
          List.of("SEARCH task USING COVERING INDEX task_held (holder=? AND lane=?)");
      case LANE_UNFINISHED ->
          List.of("SEARCH task USING COVERING INDEX task_open (state=? AND lane=? AND outcome=?)");
      case LANES_READY ->
          List.of(
              "SCAN t USING COVERING INDEX task_ready", // its first entry alone
              "SEARCH t USING COVERING INDEX task_ready (lane>?)",
              "SEARCH t USING COVERING INDEX task_ready (lane=? AND ready=?)",
              "SEARCH t USING COVERING INDEX task_ripening (lane=? AND due_at<?)");
      case LIST_ALL ->
          List.of("SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", tags, moreTags);
      case LIST_BY_DIALECT ->
          List.of(
              "SEARCH t USING INDEX task_dialect (dialect=? AND rowid>? AND rowid<?)",
              tags,
              moreTags);
      case LIST_BY_KEY ->
          List.of(
              "SEARCH k USING PRIMARY KEY (key=? AND task>? AND task<?)",
              taskBySeq,
              tags,
              moreTags);
      case LIST_BY_NAME ->
          List.of(
              "SEARCH t USING INDEX task_name ((name,place)>(?,?) AND (name,place)<(?,?))",
              tags,
              moreTags);
      case LIST_BY_OWNER ->
          List.of(
              "SEARCH t USING INDEX task_owner (owner=? AND rowid>? AND rowid<?)", tags, moreTags);
      case LIST_BY_SHOWN ->
          List.of(
              "SEARCH t USING INDEX task_shown (shown=? AND rowid>? AND rowid<?)", tags, moreTags);
      case LIST_BY_TAG ->
          List.of(
              "SEARCH k USING COVERING INDEX tag_value (key=? AND value=? AND task>? AND task<?)",
              taskBySeq,
              tags,
              moreTags);
      case NEWEST_EVENT -> List.of("SEARCH event"); // from its end
      case OWNERS_READY ->
          List.of(
              "SEARCH t USING INDEX task_ready (lane=? AND ready=? AND owner>?)",
              "SEARCH t USING INDEX task_ready (lane=? AND ready=? AND owner>?)");
      case READY_OF_OWNER ->
          List.of("SEARCH task USING INDEX task_ready (lane=? AND ready=? AND owner=?)");
      case RIPEN ->
          List.of(
              "SEARCH task USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH task USING COVERING INDEX task_ripening (lane=? AND due_at<?)");
      case RUN_ACTIVE ->
          List.of(runById, "SEARCH n USING INDEX run_node_active (run=? AND place>?)");
      case RUN_READY -> List.of(runById, "SEARCH n USING INDEX run_node_ready (run=?)");
      case RUN_SPREADING -> List.of(runById, "SEARCH n USING INDEX run_node_spreading (run=?)");
      case RUN_TO_TELL -> List.of(runById, "SEARCH n USING INDEX run_node_telling (run=?)");
      case RUN_ARRIVING_FIND, RUN_FIND ->
          List.of("SEARCH run USING INDEX sqlite_autoindex_run_1 (id=?)");
      case RUN_FIND_BY_SEQ, RUN_LEAVE, RUN_SAVE ->
          List.of("SEARCH run USING INTEGER PRIMARY KEY (rowid=?)");
      case RUN_COUNT -> List.of(runById, "SEARCH n USING PRIMARY KEY (run=?)"); // all of them
      case RUN_NODES -> List.of(runById, "SEARCH n USING PRIMARY KEY (run=? AND place>?)");
      case RUN_NODE_BY_KEY ->
          List.of(runById, "SEARCH n USING INDEX run_node_key (run=? AND key=?)");
      case RUN_NODE_BY_PLACE -> List.of(runById, nodeByPlace);
      case RUN_PLAN -> List.of(runById, planByPlace);
      case RUN_ITEM_DELETE, RUN_NODE_FIND, RUN_NODE_SAVE ->
          List.of("SEARCH run_node USING PRIMARY KEY (run=? AND place=?)");
      case RUN_NODE_OF -> List.of("SEARCH n USING INDEX run_node_task (task=?)", runBySeq);
      case DOCUMENT_OF_CREATOR ->
          List.of("SEARCH document USING INDEX document_creator (space=? AND creator_id=?)");
      case NUMBER_TAKE -> List.of(); // one row by key
      case RUN_NODES_ACTIVE_BY_TASK ->
          List.of("SEARCH run_node USING INDEX run_node_task (task=?)");
      case RUN_ITEMS ->
          List.of(runById, "SEARCH n USING INDEX run_node_parent (run=? AND parent=? AND place>?)");
      case RUN_PLAN_DELETE -> List.of("SEARCH run_plan USING PRIMARY KEY (run=? AND place=?)");
      case RUN_EDGES ->
          List.of(runById, "SEARCH e USING PRIMARY KEY (run=? AND (from_place,to_place)>(?,?))");
      case RUN_LEAVING ->
          List.of(
              runById,
              "SEARCH e USING INDEX run_edge_unmarked (run=? AND from_place=?)",
              nodeByPlace);
      case RUN_ENTERING ->
          List.of(
              runById, "SEARCH e USING INDEX run_edge_to (run=? AND to_place>? AND to_place<?)");
      case RUN_EDGE_MARK, RUN_EDGE_UNMARK ->
          List.of("SEARCH run_edge USING PRIMARY KEY (run=? AND from_place=? AND to_place=?)");
      case RUN_HISTORY ->
          List.of(runById, "SEARCH e USING INDEX run_event_run (run=? AND rowid>?)");
      case RUN_LAST_EVENT ->
          List.of(runById, "SEARCH e USING INDEX run_event_node (run=? AND place=?)");
      case RUN_NEWEST_EVENT -> List.of("SEARCH run_event"); // from its end
      case RUN_EXTERNAL_ID_FIND ->
          List.of("SEARCH e USING PRIMARY KEY (face=? AND text=?)", runBySeq);
      case RUN_EXTERNAL_ID_DELETE ->
          List.of("SEARCH run_external_id USING COVERING INDEX run_external_id_run (run=?)");
      case RUN_SPEC_DELETE -> List.of("SEARCH run_spec USING INTEGER PRIMARY KEY (rowid=?)");
      case RUN_EDGES_DELETE ->
          List.of(
              "SEARCH run_edge USING PRIMARY KEY (run=? AND from_place=? AND to_place=?)",
              "SEARCH run_edge USING COVERING INDEX run_edge_to (run=?)");
      case RUN_NODES_DELETE ->
          List.of(
              "SEARCH run_node USING PRIMARY KEY (run=? AND place=?)",
              "SEARCH run_node USING COVERING INDEX run_node_key (run=?)");
      case RUN_PLANS_DELETE ->
          List.of(
              "SEARCH run_plan USING PRIMARY KEY (run=? AND place=?)",
              "SEARCH run_plan USING PRIMARY KEY (run=?)");
      case RUN_EVENTS_DELETE ->
          List.of(
              "SEARCH run_event USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH run_event USING COVERING INDEX run_event_run (run=?)");
      case RUN_INSERT -> ofRun; // for rows that wait for their run, of which there are none
      case RUN_DELETE ->
          Stream.concat(Stream.of("SEARCH run USING INTEGER PRIMARY KEY (rowid=?)"), ofRun.stream())
              .toList();
      case RUN_VIEW -> List.of(runById, runSpec);
      case RUNS -> List.of("SEARCH r USING INTEGER PRIMARY KEY (rowid>?)", runAfter, runSpec);
      case RUNS_BY_OWNER ->
          List.of("SEARCH r USING INDEX run_owner (owner=? AND rowid>?)", runAfter, runSpec);
      case RUNS_BY_OWNER_AND_STATE ->
          List.of(
              "SEARCH r USING INDEX run_owner_state (owner=? AND state=? AND rowid>?)",
              runAfter,
              runSpec);
      case RUNS_BY_STATE ->
          List.of("SEARCH r USING INDEX run_state (state=? AND rowid>?)", runAfter, runSpec);
      case RUNS_BUSY ->
          List.of(
              "SEARCH r USING INDEX run_open (seq>?)", // all of it: runs that have not ended
              runAfter,
              runSpec,
              "SEARCH t USING COVERING INDEX run_node_telling (run=?)",
              "SEARCH n USING COVERING INDEX run_node_ready (run=?)",
              "SEARCH n USING INDEX run_node_spreading (run=?)");
      case RUNS_ARRIVING -> List.of("SCAN run USING INDEX run_arriving"); // all of that index
      case RUNS_GONE -> List.of("SCAN run USING INDEX run_gone"); // all of that index
      case RUNS_ENDED_BEFORE ->
          List.of("SEARCH run USING INDEX run_ended (state=? AND ended_at<?)");
      case SEEK_ALL -> List.of("SEARCH t USING INTEGER PRIMARY KEY (rowid>?)");
      case SEEK_BY_DIALECT ->
          List.of("SEARCH t USING COVERING INDEX task_dialect (dialect=? AND rowid>?)");
      case SEEK_BY_KEY -> List.of("SEARCH k USING PRIMARY KEY (key=? AND task>?)");
      case SEEK_BY_NAME ->
          List.of("SEARCH t USING INDEX task_name ((name,place)>(?,?) AND (name,place)<(?,?))");
      case SEEK_BY_OWNER ->
          List.of("SEARCH t USING COVERING INDEX task_owner (owner=? AND rowid>?)");
      case SEEK_BY_SHOWN ->
          List.of("SEARCH t USING COVERING INDEX task_shown (shown=? AND rowid>?)");
      case SEEK_BY_TAG ->
          List.of("SEARCH k USING COVERING INDEX tag_value (key=? AND value=? AND task>?)");
      case SERVER_BURY ->
          List.of(
              "SEARCH server USING PRIMARY KEY (id=?)",
              "SEARCH task USING COVERING INDEX task_held (holder=?)");
      case SERVER_IN_FORCE, SERVER_RENEW -> List.of("SEARCH server USING PRIMARY KEY (id=?)");
      case SERVERS_DEAD, SERVERS_LATE, SERVERS_OTHERS_DEAD ->
          List.of("SCAN server"); // a row for each server
      case TAKE_UP -> List.of("SEARCH task USING INDEX task_alone (handle_site=? AND due_at<?)");
      case UNFINISHED -> List.of("SCAN task USING COVERING INDEX task_open"); // counts them all
      case VIEW_BY_ID -> List.of(taskById, specBySeq);
      case VIEW_BY_SEQ -> List.of(taskBySeq, specBySeq);
      case WAITED_TOO_LONG -> List.of("SEARCH task USING INDEX task_waits (waits_until<?)");
      case WAITING_IN_LANE ->
          List.of("SEARCH task USING COVERING INDEX task_ready (lane=? AND ready>?)");
    };
  }
}
