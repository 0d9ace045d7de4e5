package org.millrace.runtimes.local;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.attempt.Progress;
import org.millrace.runtimes.local.ControlGroups.SlotLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place for each attempt under way, with control groups of its own. Which attempt has which is
 * noted in the attempt's folder, so that a server that starts anew takes none away from what still
 * runs. Thread-safe.
 */
final class Slots implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Slots.class);

  private final ControlGroups groups;
  private final BlockingQueue<Integer> free = new LinkedBlockingQueue<>();
  private final Map<String, Taken> taken = new ConcurrentHashMap<>();
  private final int count;

  /**
   * Which slot an attempt has.
   *
   * @param counted whether control groups limit and count it
   */
  record Taken(int slot, boolean counted) {}

  /**
   * Slots of this host.
   *
   * @param attempts those that exist already
   */
  Slots(ControlGroups groups, int count, Collection<AttemptFolder> attempts) {
    this.groups = groups;
    this.count = count;
    attempts.forEach(attempt -> attempt.slot().ifPresent(slot -> taken.put(attempt.name(), slot)));
    for (int slot = 0; slot < count; slot++) {
      if (!isTaken(slot)) {
        free.add(slot);
      }
    }
    int lowestUnused = taken.values().stream().mapToInt(it -> it.slot() + 1).max().orElse(count);
    groups.removeFrom(Math.max(count, lowestUnused));
  }

  private boolean isTaken(int slot) {
    return taken.values().stream().anyMatch(it -> it.slot() == slot);
  }

  /**
   * Takes a slot for an attempt and makes it ready; waits for one if all are taken, and says so.
   * One that the attempt has already is made ready again.
   */
  Taken take(AttemptFolder attempt, SlotLimits limits, int executors, Progress progress)
      throws IOException, InterruptedException {
    Taken before = taken.get(attempt.name());
    int slot = before == null ? freeOne(progress) : before.slot();
    taken.put(attempt.name(), new Taken(slot, false)); // from here on clean gives it back
    var ready = new Taken(slot, ready(attempt, slot, limits, executors));
    taken.put(attempt.name(), ready);
    return ready;
  }

  private int freeOne(Progress progress) throws InterruptedException {
    Integer atOnce = free.poll();
    if (atOnce != null) {
      return atOnce;
    }
    progress.held(
        new Cause(
            "no-free-slot",
            "all " + count + " slots of its runtime are taken",
            "wait, or raise sandbox.slots"));
    int later = free.take();
    progress.free();
    return later;
  }

  private boolean ready(AttemptFolder attempt, int slot, SlotLimits limits, int executors)
      throws IOException {
    try {
      return groups.ready(slot, limits, executors);
    } catch (IOException refused) {
      LOG.warn(
          "attempt={} runs without limits: its control groups refuse: {}",
          attempt.name(),
          refused.toString());
      attempt.addNote("control groups refused, nothing was limited: " + refused.getMessage());
      return false;
    }
  }

  /** Whether control groups limit and count what an attempt does. */
  boolean count(AttemptFolder attempt) {
    Taken slot = taken.get(attempt.name());
    return slot != null && slot.counted();
  }

  /** How an attempt's slot is used for one executor. */
  SlotWords words(AttemptFolder attempt, int executor) {
    Taken slot = taken.get(attempt.name());
    return slot != null && slot.counted() ? groups.words(slot.slot(), executor) : SlotWords.NONE;
  }

  /** Gives an attempt's slot back; harmless when it has none. */
  void free(AttemptFolder attempt) {
    Taken slot = taken.remove(attempt.name());
    if (slot != null && slot.slot() < count) { // a higher one is of an earlier configuration
      free.add(slot.slot());
    }
  }

  /** How many are free. */
  int free() {
    return free.size();
  }

  ControlGroups groups() {
    return groups;
  }

  /** Removes the control groups of slots that are free. */
  @Override
  public void close() {
    free.forEach(groups::remove);
  }
}
