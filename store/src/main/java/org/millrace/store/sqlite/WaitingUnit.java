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

  /**
   * Runs it within the transaction. False if it failed by itself after it had changed something:
   * the transaction is to be undone then, and this unit to be run again.
   *
   * @throws SQLException if the transaction cannot go on
   */
  boolean run(Session session) throws SQLException {
    long before = session.changes();
    return succeeds(session) || session.changes() == before;
  }

  /**
   * The same, but what it did is undone if it fails by itself, and the others go on.
   *
   * @throws SQLException if the transaction cannot go on
   */
  void runInSavepoint(Session session) throws SQLException {
    session.on(Sql.SAVEPOINT).run();
    if (!succeeds(session)) {
      session.on(Sql.ROLLBACK_TO_SAVEPOINT).run();
    }
    session.on(Sql.RELEASE_SAVEPOINT).run();
  }

  private boolean succeeds(Session session) throws SQLException {
    try {
      T value = unit.run(session);
      result = () -> value;
      return true;
    } catch (SQLException refused) {
      if (!Faults.isOfStatement(refused)) {
        throw refused;
      }
      return failed(Faults.defect(refused));
    } catch (RuntimeException refused) { // its own: a defect, or a refusal
      return failed(refused);
    }
  }

  private boolean failed(RuntimeException failure) {
    result =
        () -> {
          throw failure;
        };
    return false;
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
