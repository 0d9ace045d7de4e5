package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes what is queued, runs it in one transaction, and answers
 * after the commit; it never waits for a group to fill, but while many bring units, whoever else
 * wants the processor goes first, and may bring more. If a unit fails by itself and may have
 * changed something, the transaction is undone and the whole group runs once more, each unit in a
 * savepoint of its own (docs/decisions/0014).
 *
 * <p>When the database fails, SQLite may have rolled back by itself, with later units outside any
 * transaction and all prepared statements broken. So the whole group is refused and the session
 * opened anew. From then on there is {@link #trouble}, and once a second it tries to write, until
 * that or a group works again.
 *
 * <p>A full disk is more than that: what fills it may be work of ours, whose end must be stored
 * before its files are removed. So there is always some room inside the database and in its log,
 * where no task can take it: what is under way is written there, and new work is refused from then
 * on. Where that is not enough, or there is none because the server has just started, the {@link
 * Ballast} is given up. When there is room for all of it again, so there is for new work.
 */
final class Writer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  /** About what a group of commits writes. */
  private static final long PROBE_BYTES = 1L << 20;

  /** More room than this is kept outside the database: SQLite holds a value in memory. */
  private static final long MOST_PROBE_BYTES = 64L << 20;

  private static final Duration PROBE_EVERY = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final Database database;
  private final Ballast ballast;
  private final int most;
  private final WaitingUnits queue;
  private final Thread thread;
  private final AtomicLong commits = new AtomicLong();
  private volatile @Nullable Cause trouble;
  private volatile boolean full; // there is no ballast, and no room for it
  private volatile boolean closed;
  private @Nullable Session session; // this and what follows: touched by the thread alone
  private long probed;
  private int lastGroup; // how many units it had

  private Writer(Database database, Session session, Ballast ballast) {
    SqliteConfig config = database.config();
    this.database = database;
    this.session = session;
    this.ballast = ballast;
    this.most = config.group();
    this.queue = new WaitingUnits(config.queued());
    this.thread = Thread.ofPlatform().daemon().name("store-writer").unstarted(this::run);
  }

  /**
   * Opens the session and begins to write.
   *
   * @param full there was no room for the ballast: no new work until there is
   */
  static Writer start(Database database, Ballast ballast, boolean full) throws SQLException {
    var writer = new Writer(database, database.writing(), ballast);
    try {
      writer.begin(full);
      return writer;
    } catch (SQLException | RuntimeException | Error failure) {
      writer.closeSession();
      throw failure;
    }
  }

  private void begin(boolean withoutBallast) throws SQLException {
    if (withoutBallast) {
      full = true;
      trouble = Faults.diskFull(database.config().folder());
      LOG.error("{}: it goes on with what is under way, and takes nothing new", trouble);
    } else if (ballast.slice() > 0) {
      keepRoom();
    }
    thread.start();
  }

  /**
   * Runs a unit that goes on with what is under way; returns what it returned once that is on disk.
   * It may be run more than once, and all but the last time are undone.
   *
   * @throws Refusal {@code Unavailable}, when it is not known to be stored
   * @throws RuntimeException what the unit threw; it has changed nothing
   */
  <T extends @Nullable Object> T write(Session.Unit<T> unit) {
    return write(new WaitingUnit<>(unit, false));
  }

  /** The same for a unit that begins something: behind the others, and refused on a full disk. */
  <T extends @Nullable Object> T writeNewWork(Session.Unit<T> unit) {
    return write(new WaitingUnit<>(unit, true));
  }

  private <T extends @Nullable Object> T write(WaitingUnit<T> waiting) {
    if (thread.equals(Thread.currentThread())) {
      throw new IllegalStateException("a unit being written must not store anything by itself");
    }
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
    while (!closed || queue.size() > 0) {
      if (lastGroup > 1) {
        letOthersGoFirst();
      }
      turn();
    }
    closeSession();
  }

  /** Back at once while there is a processor for everybody. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it but the size of groups
  private static void letOthersGoFirst() {
    Thread.yield();
  }

  private void turn() {
    var group = new ArrayList<WaitingUnit<?>>();
    try {
      queue.take(group, most, trouble == null ? IDLE : PROBE_EVERY);
      lastGroup = group.size();
      if (full) {
        refuseNewWorkOf(group);
      }
      commit(group);
      if (trouble != null && System.nanoTime() - probed >= PROBE_EVERY.toNanos()) {
        probed = System.nanoTime();
        probe();
      }
    } catch (InterruptedException _) {
      // close() asks to look at what is left
    } catch (SQLException
        | RuntimeException
        | Error failure) { // edge of the loop: it must never end
      recover(group, failure);
    }
  }

  /** Empties the group: what is left in it after a failure is not stored. */
  private void commit(List<WaitingUnit<?>> group) throws SQLException {
    if (group.isEmpty()) {
      return;
    }
    Session open = session();
    open.on(Sql.BEGIN_WRITE).run();
    if (!allRun(group, open)) {
      open.on(Sql.ROLLBACK).run();
      open.on(Sql.BEGIN_WRITE).run();
      for (WaitingUnit<?> unit : group) {
        unit.runInSavepoint(open);
      }
    }
    open.on(Sql.COMMIT).run();
    commits.incrementAndGet();
    if (!full) {
      worksAgain();
    }
    group.forEach(WaitingUnit::acknowledge);
    group.clear();
  }

  private static boolean allRun(List<WaitingUnit<?>> group, Session open) throws SQLException {
    for (WaitingUnit<?> unit : group) {
      if (!unit.run(open)) {
        return false;
      }
    }
    return true;
  }

  private void probe() throws SQLException {
    if (full) {
      checkpoint();
      if (!ballast.make()) {
        return;
      }
    }
    keepRoom();
    full = false;
    worksAgain();
  }

  /**
   * Writes about as much as a group of commits does, or more. It stays, as do the pages of the log
   * that it went through: room that {@link #useRoom} can use for something else.
   */
  private void keepRoom() throws SQLException {
    long bytes = Math.clamp(ballast.slice(), PROBE_BYTES, MOST_PROBE_BYTES);
    session().on(Sql.PROBE).set("bytes", bytes).update();
    checkpoint();
    if (ballast.slice() == 0) {
      useRoom();
    }
  }

  private void useRoom() throws SQLException {
    session().on(Sql.PROBE_CLEAR).update();
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

  private void recover(List<WaitingUnit<?>> group, Throwable failure) {
    closeSession();
    Cause cause = Faults.troubleIn(database.config().folder(), failure);
    if (trouble == null) {
      LOG.error("{}: {} changes were not stored", cause, group.size(), failure);
    }
    trouble = cause;
    full |= Faults.isFullDisk(failure);
    if (full) {
      refuseNewWorkOf(group);
      writeInTheRoomOfTheBallast(group);
    }
    refuse(group, cause);
  }

  private void writeInTheRoomOfTheBallast(List<WaitingUnit<?>> group) {
    boolean written = ballast.slice() > 0 && isWritten(group);
    while (!written && giveUpSlice()) {
      written = isWritten(group);
      LOG.warn("some of its ballast is given up: what is under way goes on, nothing new is taken");
    }
  }

  /** Whoever fills the disk wants it too: all is ready before it goes. */
  private boolean giveUpSlice() {
    try {
      session().on(Sql.CHECKPOINT);
    } catch (SQLException | RuntimeException | Error unready) {
      LOG.debug("not ready for the room of the ballast", unready);
      closeSession();
    }
    return ballast.giveUpSlice();
  }

  private boolean isWritten(List<WaitingUnit<?>> group) {
    try {
      checkpoint();
      useRoom();
      commit(group);
      return true;
    } catch (SQLException | RuntimeException | Error again) { // somebody else was quicker
      LOG.debug("not even in the room of the ballast", again);
      closeSession();
      return false;
    }
  }

  /** The log begins anew, in the room it has. */
  private void checkpoint() throws SQLException {
    session().on(Sql.CHECKPOINT).one(row -> row.number32("busy"));
  }

  private void refuseNewWorkOf(List<WaitingUnit<?>> group) {
    List<WaitingUnit<?>> fresh = group.stream().filter(WaitingUnit::isNewWork).toList();
    group.removeAll(fresh);
    refuse(fresh, Faults.diskFull(database.config().folder()));
  }

  private static void refuse(List<WaitingUnit<?>> group, Cause cause) {
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
