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
   * Runs it within the transaction. If it fails by itself, what it did is undone, and the others go
   * on.
   *
   * @throws SQLException if the transaction cannot go on
   */
  void run(Session session) throws SQLException {
    session.on(Sql.SAVEPOINT).run();
    result = resultIn(session);
    session.on(Sql.RELEASE_SAVEPOINT).run();
  }

  private Supplier<T> resultIn(Session session) throws SQLException {
    try {
      T value = unit.run(session);
      return () -> value;
    } catch (SQLException refused) {
      if (!Faults.isOfStatement(refused)) {
        throw refused;
      }
      return undone(session, Faults.defect(refused));
    } catch (RuntimeException refused) { // its own: a defect, or a refusal
      return undone(session, refused);
    }
  }

  private Supplier<T> undone(Session session, RuntimeException failure) throws SQLException {
    session.on(Sql.ROLLBACK_TO_SAVEPOINT).run();
    return () -> {
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
