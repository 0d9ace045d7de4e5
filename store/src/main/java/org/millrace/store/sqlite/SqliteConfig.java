package org.millrace.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.sqlite.SQLiteConfig.Pragma;
import org.sqlite.SQLiteOpenMode;

/**
 * Where the store is and what it may use.
 *
 * @param folder the data folder; made if absent
 * @param readThreads threads for lists and scans, each with a connection; 1 to 16
 * @param keyReaders connections for reads by key on the caller's thread; 1 to 64
 * @param queued most units of work that wait to be written; above it callers are refused
 * @param group most units of work in one commit
 * @param writerCache page cache of the writing connection, in KiB
 * @param readerCache page cache of each reading connection, in KiB
 * @param ballast room kept for a full disk, in bytes, and at most an eighth of the volume; 0: none
 */
public record SqliteConfig(
    Path folder,
    int readThreads,
    int keyReaders,
    int queued,
    int group,
    int writerCache,
    int readerCache,
    long ballast) {

  /** The usual {@link #ballast}. */
  public static final long BALLAST = 32L << 20;

  /** What a ballast of any use has at least. */
  public static final long LEAST_BALLAST = 1L << 20;

  /** What it may have at most. */
  public static final long MOST_BALLAST = 16L << 30;

  private static final int OPEN_MODE =
      SQLiteOpenMode.READWRITE.flag | SQLiteOpenMode.CREATE.flag | SQLiteOpenMode.NOMUTEX.flag;

  public SqliteConfig {
    check("threads for lists", readThreads, 1, 16);
    check("connections for reads by key", keyReaders, 1, 64);
    check("units that wait to be written", queued, 1, 65_536);
    check("units in one commit", group, 1, 4_096);
    check("KiB of the writer's page cache", writerCache, 1_024, 4_194_304);
    check("KiB of a reader's page cache", readerCache, 512, 1_048_576);
    if (ballast != 0) {
      check("bytes of ballast, unless 0,", ballast, LEAST_BALLAST, MOST_BALLAST);
    }
  }

  private static void check(String what, long is, long least, long most) {
    if (is < least || is > most) {
      throw new IllegalArgumentException(
          "the store's number of " + what + " is " + least + " to " + most + ", not " + is);
    }
  }

  /** What fits a small machine: about 60 MB of page caches when all connections are in use. */
  public static SqliteConfig of(Path folder) {
    int processors = Runtime.getRuntime().availableProcessors();
    return new SqliteConfig(
        folder,
        Math.clamp(processors, 2, 4),
        Math.clamp(processors, 2, 8),
        4_096,
        256,
        32_768,
        4_096,
        BALLAST);
  }

  /** The same with another ballast, in bytes. */
  public SqliteConfig withBallast(long other) {
    return new SqliteConfig(
        folder, readThreads, keyReaders, queued, group, writerCache, readerCache, other);
  }

  /** The database. */
  public Path file() {
    return folder.resolve("millrace.db");
  }

  /**
   * Opens a connection to the database.
   *
   * <p>Left alone, the driver asks for the last key after every insertion and change, by a
   * statement that it prepares anew each time: a twelfth of what writing costs. Who wants a key
   * says RETURNING. Nor does SQLite lock a connection at each call: one thread at a time uses it,
   * and the driver synchronizes its calls.
   */
  public Connection connect() throws SQLException {
    var properties = new Properties();
    properties.setProperty(Pragma.JDBC_GET_GENERATED_KEYS.pragmaName, "false");
    properties.setProperty(Pragma.OPEN_MODE.pragmaName, String.valueOf(OPEN_MODE));
    return DriverManager.getConnection("jdbc:sqlite:" + file(), properties);
  }

  /** What the writing connection is told before its first statement. */
  public List<String> writerPragmas() {
    return List.of(
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA wal_autocheckpoint = 4000",
        "PRAGMA journal_size_limit = 67108864",
        "PRAGMA temp_store = MEMORY", // else what undoes a statement spills to a file, 64 KiB on
        "PRAGMA foreign_keys = ON",
        "PRAGMA busy_timeout = 5000",
        "PRAGMA cache_size = -" + writerCache);
  }

  /** What a reading connection is told before its first statement. */
  List<String> readerPragmas() {
    return List.of(
        "PRAGMA query_only = ON",
        "PRAGMA busy_timeout = 5000",
        "PRAGMA cache_size = -" + readerCache);
  }
}
