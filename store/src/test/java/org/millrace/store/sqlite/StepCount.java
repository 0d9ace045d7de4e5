package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.sqlite.ProgressHandler;

/**
 * Counts the steps of SQLite's virtual machine: what a statement costs, whatever else the computer
 * does meanwhile.
 */
final class StepCount {
  private StepCount() {}

  /** How many steps a unit takes. */
  static long of(Session session, Session.Unit<?> unit) throws SQLException {
    var steps = new AtomicLong();
    ProgressHandler.setHandler(
        session.connection(),
        1,
        new ProgressHandler() {
          @Override
          protected int progress() {
            steps.incrementAndGet();
            return 0; // go on
          }
        });
    try {
      unit.run(session);
      return steps.get();
    } finally {
      ProgressHandler.clearHandler(session.connection());
    }
  }
}
