package org.millrace.store.sqlite;

import java.time.Instant;
import java.util.List;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.recovery.DueStore;

/** Whose time has come. */
final class SqliteDueStore implements DueStore {
  private final Reads scans;

  SqliteDueStore(Reads scans) {
    this.scans = scans;
  }

  @Override
  public List<TaskId> waitedTooLong(Instant now, int most) {
    return scans.read(session ->
        session
            .on(Sql.WAITED_TOO_LONG)
            .set("now", now)
            .set("most", most)
            .list(row -> new TaskId(row.text("id"))));
  }
}
