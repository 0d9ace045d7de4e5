package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps tasks from filling the disk that the server's own store may share: while less than the
 * floor is free, the running attempt that holds most of the disk has to go, one after another.
 * Thread-safe.
 */
final class DiskFloor {
  private static final Logger LOG = LoggerFactory.getLogger(DiskFloor.class);
  private static final Duration LONGEST_MEASURE = Duration.ofSeconds(10);

  /** Until then the one that was told to go may need to give its room back. */
  private static final Duration BETWEEN_TWO = Duration.ofSeconds(15);

  private final FileStore disk;
  private final long bytes;
  private final HostPrograms programs;
  private final Map<String, AttemptFolder> running = new ConcurrentHashMap<>();
  private final ReentrantLock choosing = new ReentrantLock();
  private @Nullable String chosen;
  private long chosenAt;

  /**
   * A floor for the disk of a folder.
   *
   * @param bytes to be left free; 0 for no floor
   */
  DiskFloor(Path folder, long bytes, HostPrograms programs) throws IOException {
    this.disk = Files.getFileStore(folder);
    this.bytes = bytes;
    this.programs = programs;
  }

  /** Whether less than the floor is free. */
  boolean isUndercut() {
    try {
      return bytes > 0 && disk.getUsableSpace() < bytes;
    } catch (IOException unknown) {
      LOG.warn("free room on {} is unknown: {}", disk, unknown.toString());
      return false;
    }
  }

  void enter(AttemptFolder attempt) {
    running.put(attempt.name(), attempt);
  }

  void leave(AttemptFolder attempt) {
    running.remove(attempt.name());
  }

  /** Whether this attempt is the one that has to go now. */
  boolean hasToGo(AttemptFolder attempt) throws InterruptedException {
    if (!isUndercut()) {
      return false;
    }
    choosing.lockInterruptibly();
    try {
      boolean another =
          chosen == null
              || (!running.containsKey(chosen)
                  && System.nanoTime() - chosenAt > BETWEEN_TWO.toNanos());
      if (another) {
        chosen = largest().orElse(attempt.name());
        chosenAt = System.nanoTime();
        LOG.warn(
            "less than {} bytes are free on the disk of the work folder: attempt={} holds most",
            bytes,
            chosen);
      }
      return attempt.name().equals(chosen);
    } finally {
      choosing.unlock();
    }
  }

  private Optional<String> largest() throws InterruptedException {
    String largest = null;
    long most = -1;
    for (AttemptFolder attempt : running.values()) {
      long held = held(attempt);
      if (held > most) {
        most = held;
        largest = attempt.name();
      }
    }
    return Optional.ofNullable(largest);
  }

  /** In KiB, as far as it can be told; {@code du} copes with whatever a task nests. */
  private long held(AttemptFolder attempt) throws InterruptedException {
    try {
      Process du =
          new ProcessBuilder(programs.path("du"), "-skx", "--", attempt.folder().toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        if (!du.waitFor(LONGEST_MEASURE.toMillis(), TimeUnit.MILLISECONDS)) {
          return Long.MAX_VALUE; // so many files that they cannot be counted
        }
        String line = new String(du.getInputStream().readNBytes(1024), StandardCharsets.ISO_8859_1);
        return Long.parseLong(line.split("\\s", 2)[0]);
      } finally {
        du.destroyForcibly();
      }
    } catch (IOException | NumberFormatException unknown) {
      LOG.debug("attempt={} cannot be measured: {}", attempt.name(), unknown.toString());
      return 0;
    }
  }
}
