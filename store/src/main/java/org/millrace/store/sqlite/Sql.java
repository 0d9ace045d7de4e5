package org.millrace.store.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * Every statement of the store: the file of that name below {@code sql/}, read once. Parameters are
 * bound by name.
 */
enum Sql {
  AHEAD,
  ATTEMPT_DELETE,
  ATTEMPT_INSERT,
  ATTEMPT_NOTE,
  ATTEMPT_SAVE,
  ATTEMPTS,
  BEGIN_READ,
  BEGIN_WRITE,
  CHECKPOINT,
  CLAIMED,
  COMMIT,
  DELIVERIES_DELETE,
  DELIVERIES_DUE,
  DELIVERIES_GIVEN_UP,
  DELIVERY_COUNT,
  DELIVERY_DELIVERED,
  DELIVERY_GIVEN_UP,
  DELIVERY_INSERT,
  DELIVERY_POSTPONED,
  DELIVERY_PROMOTE,
  DELIVERY_TARGETS,
  ENDED_BEFORE,
  ENDED_FIND,
  EVENT_DELETE,
  EVENT_INSERT,
  EXTERNAL_ID_DELETE,
  EXTERNAL_ID_FIND,
  EXTERNAL_ID_INSERT,
  GLANCE,
  GRANT,
  HELD_BY,
  HISTORY,
  HISTORY_OF_OWNER,
  HISTORY_OF_TASK,
  IN_FLIGHT_OF_ALL,
  IN_FLIGHT_OF_SERVER,
  LANE_UNFINISHED,
  LANES_READY,
  LIST_ALL,
  LIST_BY_DIALECT,
  LIST_BY_KEY,
  LIST_BY_NAME,
  LIST_BY_OWNER,
  LIST_BY_SHOWN,
  LIST_BY_TAG,
  NAME_OF,
  NEWEST_EVENT,
  OWNERS_READY,
  PROBE,
  PROBE_CLEAR,
  READY_OF_OWNER,
  RELEASE_SAVEPOINT,
  RIPEN,
  ROLLBACK_TO_SAVEPOINT,
  RUN_ACTIVE,
  RUN_ARRIVING_FIND,
  RUN_COUNT,
  RUN_DELETE,
  RUN_EDGE_INSERT,
  RUN_EDGE_MARK,
  RUN_EDGE_UNMARK,
  RUN_EDGES,
  RUN_EDGES_DELETE,
  RUN_ENTERING,
  RUN_EVENT_INSERT,
  RUN_EVENTS_DELETE,
  RUN_EXTERNAL_ID_DELETE,
  RUN_EXTERNAL_ID_FIND,
  RUN_EXTERNAL_ID_SAVE,
  RUN_FIND,
  RUN_FIND_BY_SEQ,
  RUN_HISTORY,
  RUN_INSERT,
  RUN_ITEM_DELETE,
  RUN_ITEMS,
  RUN_LAST_EVENT,
  RUN_LEAVE,
  RUN_LEAVING,
  RUN_NEWEST_EVENT,
  RUN_NODE_BY_KEY,
  RUN_NODE_BY_PLACE,
  RUN_NODE_FIND,
  RUN_NODE_INSERT,
  RUN_NODE_OF,
  RUN_NODE_SAVE,
  RUN_NODES,
  RUN_NODES_ACTIVE_BY_TASK,
  RUN_NODES_DELETE,
  RUN_PLAN,
  RUN_PLAN_DELETE,
  RUN_PLAN_INSERT,
  RUN_PLANS_DELETE,
  RUN_READY,
  RUN_SAVE,
  RUN_SPEC_DELETE,
  RUN_SPEC_INSERT,
  RUN_SPREADING,
  RUN_TO_TELL,
  RUN_VIEW,
  RUNS,
  RUNS_ARRIVING,
  RUNS_BUSY,
  RUNS_BY_OWNER,
  RUNS_BY_OWNER_AND_STATE,
  RUNS_BY_STATE,
  RUNS_ENDED_BEFORE,
  RUNS_GONE,
  SAVEPOINT,
  SEEK_ALL,
  SEEK_BY_DIALECT,
  SEEK_BY_KEY,
  SEEK_BY_NAME,
  SEEK_BY_OWNER,
  SEEK_BY_SHOWN,
  SEEK_BY_TAG,
  SERVER_ANNOUNCE,
  SERVER_BURY,
  SERVER_IN_FORCE,
  SERVER_RENEW,
  SERVERS_DEAD,
  SERVERS_LATE,
  SERVERS_OTHERS_DEAD,
  SPEC_DELETE,
  SPEC_INSERT,
  STANDING,
  TAG_DELETE,
  TAG_INSERT,
  TAKE_UP,
  TAKE_UP_ANSWERED,
  TASK_DELETE,
  TASK_FIND,
  TASK_INSERT,
  TASK_SAVE,
  UNFINISHED,
  VIEW_BY_ID,
  VIEW_BY_SEQ,
  WAITED_TOO_LONG,
  WAITING_IN_LANE;

  private final String text;

  @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
  private final Map<String, Integer> parameters;

  Sql() {
    text = read("sql/" + name().toLowerCase(Locale.ROOT) + ".sql");
    parameters = Parameters.of(text);
  }

  private static String read(String file) {
    try (InputStream bytes = SqliteStore.class.getResourceAsStream(file)) {
      if (bytes == null) {
        throw new IllegalStateException("the program is not whole: it lacks " + file);
      }
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(file, unreadable);
    }
  }

  String text() {
    return text;
  }

  /** The name of each parameter, and its number. */
  Map<String, Integer> parameters() {
    return parameters;
  }
}
