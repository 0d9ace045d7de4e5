package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Refusal;

/** A unit of work on its way through the writer, and the caller who waits for its end. */
final class WaitingUnit<T extends @Nullable Object> {
  private final Session.Unit<T> unit;
  private final boolean newWork;
  private final Answer<T> answer = new Answer<>();
  private @Nullable Supplier<T> result;

  /**
   * A unit to be run, perhaps more than once.
   *
   * @param newWork whether it begins something, rather than going on with what is under way
   */
  WaitingUnit(Session.Unit<T> unit, boolean newWork) {
    this.unit = unit;
    this.newWork = newWork;
  }

  boolean isNewWork() {
    return newWork;
  }

  /** How it ended. */
  private enum End {
    DONE,
    REFUSED,
    BROKEN
  }

  /**
   * Runs it within the transaction. False if it failed by itself and may have changed something:
   * the transaction is to be undone then, and this unit to be run again.
   *
   * @throws SQLException if the transaction cannot go on
   */
  boolean run(Session session) throws SQLException {
    long before = session.changes();
    return switch (end(session)) {
      case DONE -> true;
      case REFUSED -> session.changes() == before;
      case BROKEN -> false; // SQLite may have left rows changed that it did not count
    };
  }

  /**
   * The same, but what it did is undone if it fails by itself, and the others go on.
   *
   * @throws SQLException if the transaction cannot go on
   */
  void runInSavepoint(Session session) throws SQLException {
    session.on(Sql.SAVEPOINT).run();
    if (end(session) != End.DONE) {
      session.on(Sql.ROLLBACK_TO_SAVEPOINT).run();
    }
    session.on(Sql.RELEASE_SAVEPOINT).run();
  }

  private End end(Session session) throws SQLException {
    try {
      T value = unit.run(session);
      result = () -> value;
      return End.DONE;
    } catch (SQLException broken) {
      if (!Faults.isOfStatement(broken)) {
        throw broken;
      }
      fail(Faults.defect(broken));
      return End.BROKEN;
    } catch (RuntimeException refused) { // its own: a defect, or a refusal
      fail(refused);
      return End.REFUSED;
    }
  }

  private void fail(RuntimeException failure) {
    result =
        () -> {
          throw failure;
        };
  }

  /** Its group is on disk. */
  void acknowledge() {
    if (result == null) {
      throw new IllegalStateException("acknowledged before it ran");
    }
    answer.give(result);
  }

  /** Its group is not known to be on disk. */
  void refuse(Refusal refusal) {
    answer.fail(refusal);
  }

  T await() {
    return answer.await();
  }
}
