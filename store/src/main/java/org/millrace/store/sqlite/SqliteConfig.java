package org.millrace.store.sqlite;

import java.nio.file.Path;
import java.util.List;

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
 */
public record SqliteConfig(
    Path folder,
    int readThreads,
    int keyReaders,
    int queued,
    int group,
    int writerCache,
    int readerCache) {

  public SqliteConfig {
    check(readThreads >= 1 && readThreads <= 16, "store.read-threads: 1 to 16");
    check(keyReaders >= 1 && keyReaders <= 64, "store.key-readers: 1 to 64");
    check(queued >= 1 && queued <= 65_536, "store.queued: 1 to 65536");
    check(group >= 1 && group <= 4_096, "store.group: 1 to 4096");
    check(
        writerCache >= 1_024 && writerCache <= 4_194_304,
        "store.writer-cache: 1024 to 4194304 KiB");
    check(readerCache >= 512 && readerCache <= 1_048_576, "store.reader-cache: 512 to 1048576 KiB");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
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
        4_096);
  }

  /** The database. */
  public Path file() {
    return folder.resolve("millrace.db");
  }

  /** What the writing connection is told before its first statement. */
  public List<String> writerPragmas() {
    return List.of(
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA wal_autocheckpoint = 4000",
        "PRAGMA journal_size_limit = 67108864",
        "PRAGMA temp_store = MEMORY", // else what a savepoint keeps spills to a file, 64 KiB on
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
