package org.millrace.runtimes.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files on which it depends what becomes of work. Too many open files, or a disk that
 * hiccups, must not end what is good: only a file that is not there counts as not there, and what
 * cannot be read is read again, for half a minute at most.
 */
final class PatientRead {
  private static final Logger LOG = LoggerFactory.getLogger(PatientRead.class);
  private static final int MOST_TRIES = 60;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  private PatientRead() {}

  /**
   * The first bytes of a file; empty if it does not exist.
   *
   * @throws UncheckedIOException when it exists and stays unreadable, or the thread is interrupted
   *     meanwhile
   */
  static Optional<byte[]> bytes(Path file, int most) {
    return bytes(file, most, (_, path) -> Files.notExists(path));
  }

  /**
   * The first bytes of what the kernel says of a process; empty if there is none, and at once if it
   * may not be told to us ({@code hidepid}, containers): whatever is ours to care for, it tells.
   *
   * @throws UncheckedIOException as {@link #bytes}
   */
  static Optional<byte[]> ofProcess(Path file, int most) {
    return bytes(
        file, most, (why, path) -> why instanceof AccessDeniedException || !Files.exists(path));
  }

  private static Optional<byte[]> bytes(
      Path file, int most, BiPredicate<IOException, Path> isNotThere) {
    for (int tries = 1; ; tries++) {
      try (var in = Files.newInputStream(file)) {
        return Optional.of(in.readNBytes(most));
      } catch (IOException unreadable) {
        // processes go while they are read, with another exception
        if (isNotThere.test(unreadable, file)) {
          return Optional.empty();
        }
        if (tries == MOST_TRIES || Thread.currentThread().isInterrupted()) {
          throw new UncheckedIOException("cannot be read: " + file, unreadable);
        }
        LOG.warn("{} cannot be read, trying again: {}", file, unreadable.toString());
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    }
  }
}
