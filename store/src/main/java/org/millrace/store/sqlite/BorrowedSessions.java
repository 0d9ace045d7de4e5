package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded set of reading sessions for whoever comes, on the caller's own thread: for reads of
 * single rows, which are shorter than a hand-over to another thread. Callers wait their turn.
 * Sessions are opened when first needed, and again after a failure.
 */
final class BorrowedSessions implements Reads {
  private static final Logger LOG = LoggerFactory.getLogger(BorrowedSessions.class);

  private final Database database;
  private final int size;
  private final Semaphore permits;
  private final Deque<Session> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  BorrowedSessions(Database database, int size) {
    this.database = database;
    this.size = size;
    this.permits = new Semaphore(size);
  }

  @Override
  public <T extends @Nullable Object> T read(Session.Unit<T> unit) {
    permits.acquireUninterruptibly();
    try {
      return readWithin(unit);
    } finally {
      permits.release();
    }
  }

  private <T extends @Nullable Object> T readWithin(Session.Unit<T> unit) {
    if (closed) {
      throw Faults.unavailable("the store is closed");
    }
    Session session = null;
    try {
      session = take();
      T found = unit.run(session);
      idle.push(session); // the one used last has the warmest cache
      session = null;
      return found;
    } catch (SQLException failure) {
      if (Faults.isOfStatement(failure)) {
        throw Faults.defect(failure);
      }
      LOG.warn("reading failed; the connection is opened anew at the next read", failure);
      throw Faults.unavailable("the store cannot read now: try again later");
    } finally {
      discard(session);
    }
  }

  private Session take() throws SQLException {
    Session session = idle.poll();
    return session == null ? database.reading() : session;
  }

  private static void discard(@Nullable Session session) {
    if (session == null) {
      return;
    }
    try {
      session.close();
    } catch (SQLException unclosed) {
      LOG.warn("a reading connection could not be closed; it is given up", unclosed);
    }
  }

  @Override
  public void close() {
    closed = true;
    permits.acquireUninterruptibly(size);
    while (!idle.isEmpty()) {
      discard(idle.poll());
    }
    permits.release(size);
  }
}
