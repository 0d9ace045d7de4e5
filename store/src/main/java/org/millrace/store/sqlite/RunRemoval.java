package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.List;

/** Removes the rows of a run that nobody sees any more. */
final class RunRemoval {
  private static final List<Sql> MANY =
      List.of(
          Sql.RUN_EDGES_DELETE, Sql.RUN_PLANS_DELETE, Sql.RUN_NODES_DELETE, Sql.RUN_EVENTS_DELETE);
  private static final List<Sql> FEW =
      List.of(Sql.RUN_SPEC_DELETE, Sql.RUN_EXTERNAL_ID_DELETE, Sql.RUN_DELETE);

  private RunRemoval() {}

  /**
   * One piece; its own row is the last to go.
   *
   * @param most of the rows that may be many
   * @return how many rows were removed; 0: there are none any more
   */
  static int piece(Session session, long run, int most) throws SQLException {
    int removed = 0;
    for (Sql many : MANY) {
      removed += session.on(many).set("run", run).set("most", most - removed).update();
      if (removed == most) {
        return removed;
      }
    }
    for (Sql few : FEW) {
      removed += session.on(few).set("run", run).update();
    }
    return removed;
  }
}
