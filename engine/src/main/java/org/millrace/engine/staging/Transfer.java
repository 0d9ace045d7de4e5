package org.millrace.engine.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.attempt.Progress;

/**
 * Moves one file over one protocol. Retries passing faults itself, bounded and with jitter. Obeys
 * interruption; bounded in memory; follows the {@link Destinations} policy. Thread-safe. Messages
 * never hold credentials.
 */
public interface Transfer {

  /** URL schemes it speaks, in lower case; the empty text stands for plain absolute paths. */
  Set<String> schemes();

  /**
   * Says what is wrong with a URL before anything is stored; does no I/O beyond looking at local
   * paths.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Invalid} or {@code Denied}, naming {@code
   *     field}
   */
  void check(String field, String url, Direction direction);

  /** Writes the file behind a URL to a target. */
  void fetch(String url, Target target, Progress progress)
      throws TransferFailed, InterruptedException;

  /** The files below a folder's URL, recursively, at most so many. */
  List<Entry> list(String url, int most) throws TransferFailed, InterruptedException;

  /**
   * The URL to give to {@link #store} for a file of a folder that is stored under {@code folder}.
   * Most protocols put the path behind the folder's URL; an upload form takes every file under the
   * same URL and learns the path from {@link Source#name()}. Does no I/O.
   *
   * @param path relative, with {@code /}, never {@code ..}
   */
  default String below(String folder, String path) {
    return folder.endsWith("/") ? folder + path : folder + "/" + path;
  }

  /** Stores a file under a URL. */
  void store(Source source, String url, Progress progress)
      throws TransferFailed, InterruptedException;

  /** Which way bytes go. */
  enum Direction {
    IN,
    OUT
  }

  /**
   * A file below a folder.
   *
   * @param path relative, with {@code /}, never {@code ..}
   */
  record Entry(String path, String url) {}

  /** Where a fetched file goes. Opening again starts over. */
  interface Target {
    OutputStream open() throws IOException;
  }

  /** A file to be stored. */
  interface Source {

    /** Its base name; for a file of a folder its path below that folder, with {@code /}. */
    String name();

    long size();

    /** Opening again starts over. */
    InputStream open() throws IOException;
  }

  /** The file was not moved. */
  final class TransferFailed extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Cause cause;
    private final boolean passing;

    /** {@code passing} if another attempt later may succeed. */
    public TransferFailed(Cause cause, boolean passing) {
      super(cause.message(), null, false, false);
      this.cause = cause;
      this.passing = passing;
    }

    public Cause why() {
      return cause;
    }

    public boolean isPassing() {
      return passing;
    }
  }
}
