package org.millrace.testkit.memory;

import java.util.Optional;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.submission.IntakeStore;

/** Takes new tasks. */
final class InMemoryIntakeStore implements IntakeStore {
  private final Tables tables;

  InMemoryIntakeStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public Taken insert(NewTask task) {
    return tables.locked(() -> insertLocked(task));
  }

  private Taken insertLocked(NewTask fresh) {
    Optional<TaskId> known = fresh.externalId().map(tables.externalIds()::get);
    if (known.isPresent()) {
      return new Taken.Known(known.get());
    }
    int most = fresh.refuseAt().orElse(Integer.MAX_VALUE);
    int unfinished = (int) tables.unfinished(fresh.task().lane()).limit(most).count();
    if (unfinished == most) {
      return new Taken.Full(unfinished);
    }
    tables.insert(fresh);
    return new Taken.Stored();
  }
}
