package org.millrace.store.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.StorePorts;
import org.millrace.engine.documents.DocumentPorts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of one server in one data folder. Opening it takes the folder: nobody else can, until
 * it is closed or the process has ended. Thread-safe.
 */
public final class SqliteStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

  private final FolderLock lock;
  private final Database database;
  private final Writer writer;
  private final Reads byKey;
  private final Reads scans;
  private final StorePorts ports;

  private SqliteStore(FolderLock lock, Database database, Writer writer, Reads byKey, Reads scans) {
    this.lock = lock;
    this.database = database;
    this.writer = writer;
    this.byKey = byKey;
    this.scans = scans;
    var transitions = new SqliteTransitionStore(writer);
    this.ports =
        new StorePorts(
            new SqliteIntakeStore(writer),
            new SqliteClaimStore(writer, byKey, transitions),
            transitions,
            new SqliteHeartbeatStore(writer, scans),
            new SqliteDueStore(scans),
            new SqliteDeliveryStore(writer, scans),
            new SqliteRetentionStore(writer, byKey, scans),
            new SqliteViewStore(byKey, scans),
            new SqliteRunIntakeStore(writer, byKey, scans),
            new SqliteRunStore(writer, scans),
            new SqliteRunViewStore(byKey, scans),
            new DocumentPorts(
                new SqliteDocumentStore(writer),
                new SqliteDocumentViewStore(byKey, scans),
                new SqliteSiblingStore(writer, scans),
                new SqliteDeadLetterStore(writer, scans),
                new SqliteDocumentRunStore(writer),
                new SqliteNumberStore(writer)),
            writer::trouble);
  }

  /**
   * Opens the store, makes what is absent and brings its tables up to date.
   *
   * @throws Refusal {@code Conflict}, when another server has the folder; {@code Unavailable}, when
   *     the store cannot be opened: the message names the folder and the reason
   */
  public static SqliteStore open(SqliteConfig config) {
    try {
      Files.createDirectories(config.folder());
    } catch (IOException unmade) {
      throw Faults.notOpened(config.folder(), unmade);
    }
    FolderLock lock = FolderLock.take(config.folder());
    try {
      return open(config, lock, Ballast.of(config));
    } catch (IOException | RuntimeException failure) {
      release(lock);
      throw failure instanceof RuntimeException unchecked
          ? unchecked
          : Faults.notOpened(config.folder(), failure);
    }
  }

  /** A full disk may keep even an existing database from being opened; then the ballast goes. */
  private static SqliteStore open(SqliteConfig config, FolderLock lock, Ballast ballast) {
    boolean full = !ballast.make();
    try {
      return open(config, lock, ballast, full);
    } catch (Refusal refused) {
      if (!(refused.failure() instanceof Failure.Unavailable) || !ballast.giveUpSlice()) {
        throw refused;
      }
      LOG.warn("{}; some of its ballast is given up, and it is tried again", refused.getMessage());
      return open(config, lock, ballast, true);
    }
  }

  private static SqliteStore open(
      SqliteConfig config, FolderLock lock, Ballast ballast, boolean full) {
    var database = new Database(config);
    try {
      boolean wasThere = Files.exists(config.file());
      closeToOthers(config.file());
      if (wasThere) {
        database.keepLog();
      }
      Schema.migrate(config);
      database.keepLog();
      return new SqliteStore(
          lock,
          database,
          Writer.start(database, ballast, full),
          new BorrowedSessions(database, config.keyReaders()),
          new ReadPool(database, config.readThreads()));
    } catch (IOException | SQLException | RuntimeException failure) {
      database.close();
      throw failure instanceof RuntimeException unchecked
          ? unchecked
          : Faults.notOpened(config.folder(), failure);
    }
  }

  /** SQLite gives the files beside the database its mode when it makes them. */
  private static void closeToOthers(Path database) throws IOException {
    OwnersFile.makeOrClose(database);
    for (String beside : List.of("-wal", "-shm", "-journal")) {
      OwnersFile.close(database.resolveSibling(database.getFileName() + beside));
    }
  }

  /** All ports, on this one store. */
  public StorePorts ports() {
    return ports;
  }

  /**
   * How many groups were committed since it was opened: against the changes, how well they share
   * commits.
   */
  public long commits() {
    return writer.commits();
  }

  /** How many changes wait to be written; above {@link SqliteConfig#queued} more are refused. */
  public int queued() {
    return writer.queued();
  }

  /**
   * Ends what is under way, stores what is queued and lets go of the folder. Afterwards every port
   * refuses.
   */
  @Override
  public void close() {
    writer.close();
    scans.close();
    byKey.close();
    database.close();
    release(lock);
  }

  private static void release(FolderLock lock) {
    try {
      lock.close();
    } catch (IOException unreleased) {
      throw new UncheckedIOException("the data folder could not be released", unreleased);
    }
  }
}
