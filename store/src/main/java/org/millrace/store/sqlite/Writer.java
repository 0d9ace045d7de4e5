package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes what is queued, runs it in one transaction, each unit in a
 * savepoint of its own, and answers after the commit; it never waits for a group to fill.
 *
 * <p>When the database fails, SQLite may have rolled back by itself, with later units outside any
 * transaction and all prepared statements broken. So the whole group is refused and the session
 * opened anew. From then on there is {@link #trouble}, and once a second it tries to write, until
 * that or a group works again.
 */
final class Writer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  /** About what a group of commits writes. */
  private static final int PROBE_BYTES = 1 << 20;

  private final Database database;
  private final int most;
  private final BlockingQueue<WaitingUnit<?>> queue;
  private final Thread thread;
  private final AtomicLong commits = new AtomicLong();
  private volatile @Nullable Cause trouble;
  private volatile boolean closed;
  private @Nullable Session session; // touched by the thread alone, once it runs

  private Writer(Database database, Session session) {
    SqliteConfig config = database.config();
    this.database = database;
    this.session = session;
    this.most = config.group();
    this.queue = new ArrayBlockingQueue<>(config.queued());
    this.thread = Thread.ofPlatform().daemon().name("store-writer").unstarted(this::run);
  }

  static Writer start(Database database) throws SQLException {
    var writer = new Writer(database, database.writing());
    writer.thread.start();
    return writer;
  }

  /**
   * Runs a unit; returns what it returned once that is on disk.
   *
   * @throws Refusal {@code Unavailable}, when it is not known to be stored
   * @throws RuntimeException what the unit threw; it has changed nothing
   */
  <T extends @Nullable Object> T write(Session.Unit<T> unit) {
    if (thread.equals(Thread.currentThread())) {
      throw new IllegalStateException("a unit being written must not store anything by itself");
    }
    var waiting = new WaitingUnit<>(unit);
    if (closed) {
      throw closed();
    }
    if (!queue.offer(waiting)) {
      throw Faults.unavailable("the store has too much to write: try again later");
    }
    if (closed && queue.remove(waiting)) { // else the thread has it, and answers
      throw closed();
    }
    return waiting.await();
  }

  private static Refusal closed() {
    return Faults.unavailable("the store is closed");
  }

  Optional<Cause> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** How many groups were committed. */
  long commits() {
    return commits.get();
  }

  /** How many units wait to be written. */
  int queued() {
    return queue.size();
  }

  /** What is queued is still stored. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true; // the end must be known first
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed || !queue.isEmpty()) {
      turn();
    }
    closeSession();
  }

  private void turn() {
    var group = new ArrayList<WaitingUnit<?>>();
    try {
      gather(group);
      if (!group.isEmpty()) {
        commit(group);
      } else if (trouble != null) {
        probe();
      }
    } catch (InterruptedException _) {
      // close() asks to look at what is left
    } catch (SQLException
        | RuntimeException
        | Error failure) { // edge of the loop: it must never end
      refuse(group, failure);
    }
  }

  private void gather(List<WaitingUnit<?>> group) throws InterruptedException {
    WaitingUnit<?> first = trouble == null ? queue.take() : queue.poll(1, TimeUnit.SECONDS);
    if (first != null) {
      group.add(first);
      queue.drainTo(group, most - 1);
    }
  }

  private void commit(List<WaitingUnit<?>> group) throws SQLException {
    Session open = session();
    open.on(Sql.BEGIN_WRITE).run();
    for (WaitingUnit<?> unit : group) {
      unit.run(open);
    }
    open.on(Sql.COMMIT).run();
    commits.incrementAndGet();
    worksAgain();
    group.forEach(WaitingUnit::acknowledge);
  }

  private void probe() throws SQLException {
    Session open = session();
    open.on(Sql.PROBE).set("bytes", PROBE_BYTES).update();
    open.on(Sql.PROBE_CLEAR).update();
    worksAgain();
  }

  private Session session() throws SQLException {
    if (session == null) {
      session = database.writing();
    }
    return session;
  }

  private void worksAgain() {
    if (trouble != null) {
      LOG.info("the store writes again");
      trouble = null;
    }
  }

  private void refuse(List<WaitingUnit<?>> group, Throwable failure) {
    Cause cause = Faults.troubleIn(database.config().folder(), failure);
    if (trouble == null) {
      LOG.error("{}: {} changes refused, none of them stored", cause, group.size(), failure);
    }
    trouble = cause;
    closeSession();
    group.forEach(unit -> unit.refuse(Faults.unavailable(cause)));
  }

  private void closeSession() {
    try {
      if (session != null) {
        session.close();
      }
    } catch (SQLException unclosed) {
      LOG.warn("the writing connection could not be closed; it is given up", unclosed);
    } finally {
      session = null;
    }
  }
}
