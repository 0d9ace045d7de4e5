package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps tasks from filling the disk that the server's own store may share: while less than the
 * floor is free, the running attempt that holds most of the disk has to go, one after another.
 * Where somebody else filled the disk, and none of them holds enough to matter, they all stay.
 * Thread-safe.
 */
final class DiskFloor {
  private static final Logger LOG = LoggerFactory.getLogger(DiskFloor.class);

  /**
   * Until then the one that was told to go may need to give its room back. Then it is the turn of
   * the next, whether it went or cannot be killed.
   */
  static final Duration BETWEEN_TWO = Duration.ofSeconds(15);

  /** Who holds less than this part of the floor is not worth stopping. */
  private static final int LEAST_PART = 64;

  private final Room room;
  private final long bytes;
  private final LongSupplier nanos;
  private final Map<String, Scales> running = new ConcurrentHashMap<>();

  /** Those of the running that were told to go. */
  private final Set<String> chosen = ConcurrentHashMap.newKeySet();

  private final ReentrantLock choosing = new ReentrantLock();
  private Optional<Long> measuredAt = Optional.empty(); // guarded by the lock
  private boolean saidThatNobodyIs; // guarded by the lock

  /** How much of the disk is free. */
  interface Room {
    long freeBytes() throws IOException;
  }

  /** How much of the disk an attempt holds. */
  interface Scales {
    long heldBytes() throws InterruptedException;
  }

  /**
   * A floor for the disk of a folder.
   *
   * @param bytes to be left free; 0 for no floor
   */
  DiskFloor(Path folder, long bytes) throws IOException {
    this(Files.getFileStore(folder)::getUsableSpace, bytes, System::nanoTime);
  }

  DiskFloor(Room room, long bytes, LongSupplier nanos) {
    this.room = room;
    this.bytes = bytes;
    this.nanos = nanos;
  }

  /** Whether less than the floor is free. */
  boolean isUndercut() {
    try {
      return bytes > 0 && room.freeBytes() < bytes;
    } catch (IOException unknown) {
      LOG.warn("free room on the disk of the work folder is unknown: {}", unknown.toString());
      return false;
    }
  }

  void enter(AttemptFolder attempt, Scales scales) {
    running.put(attempt.name(), scales);
  }

  void leave(AttemptFolder attempt) {
    running.remove(attempt.name());
    chosen.remove(attempt.name());
  }

  /**
   * Whether this attempt is one that has to go now. Measuring may take long; who asks while another
   * measures is answered at once, and asks again.
   */
  boolean hasToGo(AttemptFolder attempt) throws InterruptedException {
    if (!isUndercut()) {
      chosen.remove(attempt.name()); // it was another shortage
      return false;
    }
    if (choosing.tryLock()) {
      try {
        chooseIfItIsTime();
      } finally {
        choosing.unlock();
      }
    }
    return chosen.contains(attempt.name());
  }

  private void chooseIfItIsTime() throws InterruptedException {
    long now = nanos.getAsLong();
    if (measuredAt.filter(before -> now - before < BETWEEN_TWO.toNanos()).isPresent()) {
      return;
    }
    Optional<String> largest = largest();
    measuredAt = Optional.of(nanos.getAsLong()); // it may have taken long
    largest.ifPresentOrElse(this::choose, this::sayThatNobodyIs);
  }

  private void choose(String name) {
    saidThatNobodyIs = false;
    LOG.warn(
        "less than {} bytes are free on the disk of the work folder: attempt={} holds most, and"
            + " is stopped",
        bytes,
        name);
    chosen.add(name);
    if (!running.containsKey(name)) { // it ended while it was measured
      chosen.remove(name);
    }
  }

  private void sayThatNobodyIs() {
    if (!saidThatNobodyIs) {
      saidThatNobodyIs = true;
      LOG.warn(
          "less than {} bytes are free on the disk of the work folder, and no attempt holds enough"
              + " of it to be stopped: make room there",
          bytes);
    }
  }

  private Optional<String> largest() throws InterruptedException {
    Optional<String> largest = Optional.empty();
    long most = bytes / LEAST_PART;
    for (Map.Entry<String, Scales> attempt : running.entrySet()) {
      long held = chosen.contains(attempt.getKey()) ? 0 : attempt.getValue().heldBytes();
      if (held > most) {
        most = held;
        largest = Optional.of(attempt.getKey());
      }
    }
    return largest;
  }
}
