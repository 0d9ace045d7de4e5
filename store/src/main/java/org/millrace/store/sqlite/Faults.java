package org.millrace.store.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.sqlite.SQLiteErrorCode;

/** What a failure of the database means, and to whom. */
final class Faults {

  /** After which time it is worth asking again. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private Faults() {}

  /**
   * Whether only the statement failed, with its transaction untouched: what it asked for is wrong.
   * After any other failure SQLite may have rolled back by itself, and statements prepared before
   * may be broken.
   */
  static boolean isOfStatement(SQLException failure) {
    return switch (codeOf(failure)) {
      case SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE -> true;
      default -> false; // the driver's own complaints too: they mean a broken statement
    };
  }

  private static SQLiteErrorCode codeOf(SQLException failure) {
    return SQLiteErrorCode.getErrorCode(
        failure.getErrorCode() & 0xff); // the rest tells it more exactly
  }

  /** A statement that SQLite will always refuse: a defect of ours. */
  static IllegalStateException defect(SQLException failure) {
    return new IllegalStateException(
        "the store refused a change: " + failure.getMessage(), failure);
  }

  /** Why the store takes no writes, for those who watch it. */
  static Cause troubleIn(Path folder, Throwable failure) {
    return switch (failure instanceof SQLException known
        ? codeOf(known)
        : SQLiteErrorCode.UNKNOWN_ERROR) {
      case SQLITE_FULL -> diskFull(folder);
      case SQLITE_IOERR ->
          new Cause(
              "disk-failed",
              "nothing can be stored: the disk of "
                  + folder
                  + " failed ("
                  + failure.getMessage()
                  + ")",
              "look after that disk; the store goes on by itself");
      default ->
          new Cause(
              "store-failed",
              "nothing can be stored in " + folder + ": " + failure.getMessage(),
              "see the log; the store tries again by itself");
    };
  }

  /** There is no room: nothing new is taken. */
  static Cause diskFull(Path folder) {
    return new Cause(
        "disk-full",
        "nothing new can be stored: the disk of " + folder + " is full",
        "make room; the store goes on by itself");
  }

  static boolean isFullDisk(Throwable failure) {
    return failure instanceof SQLException known && codeOf(known) == SQLiteErrorCode.SQLITE_FULL;
  }

  static Refusal unavailable(String message) {
    return new Refusal(new Failure.Unavailable(message, RETRY_AFTER));
  }

  /** For callers, who need not know where our folders are. */
  static Refusal unavailable(Cause trouble) {
    return unavailable("nothing can be stored now (" + trouble.code() + "): try again later");
  }

  /** The store cannot be opened at all. */
  static Refusal notOpened(Path folder, Exception failure) {
    String reason = Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString);
    return unavailable("the store in " + folder + " cannot be opened: " + reason);
  }
}
