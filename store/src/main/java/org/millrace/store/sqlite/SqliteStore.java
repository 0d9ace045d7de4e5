package org.millrace.store.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.millrace.engine.StorePorts;

/**
 * The store of one server in one data folder. Opening it takes the folder: nobody else can, until
 * it is closed or the process has ended. Thread-safe.
 */
public final class SqliteStore implements AutoCloseable {
  private final FolderLock lock;
  private final Writer writer;
  private final Reads byKey;
  private final Reads scans;
  private final StorePorts ports;

  private SqliteStore(FolderLock lock, Writer writer, Reads byKey, Reads scans) {
    this.lock = lock;
    this.writer = writer;
    this.byKey = byKey;
    this.scans = scans;
    this.ports =
        new StorePorts(
            new SqliteIntakeStore(writer),
            new SqliteClaimStore(writer, byKey),
            new SqliteTransitionStore(writer),
            new SqliteHeartbeatStore(writer, scans),
            new SqliteDueStore(scans),
            new SqliteDeliveryStore(writer, scans),
            new SqliteViewStore(byKey, scans),
            writer::trouble);
  }

  /**
   * Opens the store, makes what is absent and brings its tables up to date.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Conflict}, when another server has the
   *     folder; {@code Unavailable}, when the store cannot be opened: the message names the folder
   *     and the reason
   */
  public static SqliteStore open(SqliteConfig config) {
    try {
      Files.createDirectories(config.folder());
    } catch (IOException unmade) {
      throw Faults.notOpened(config.folder(), unmade);
    }
    FolderLock lock = FolderLock.take(config.folder());
    try {
      closeToOthers(config.file());
      Schema.migrate(config);
      var database = new Database(config);
      return new SqliteStore(
          lock,
          Writer.start(database),
          new BorrowedSessions(database, config.keyReaders()),
          new ReadPool(database, config.readThreads()));
    } catch (SQLException | IOException | RuntimeException failure) {
      release(lock);
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
