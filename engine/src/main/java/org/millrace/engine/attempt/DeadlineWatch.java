package org.millrace.engine.attempt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.threads.Threads.Running;
import org.millrace.engine.transition.StopSign;
import org.millrace.engine.transition.StopSigns.Reason;

/**
 * Shows the stop sign when an attempt's time is over. Costs a thread only for tasks that have a
 * limit.
 */
final class DeadlineWatch implements AutoCloseable {
  /** A run limit begins with the start, which the watch learns by looking again. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  private final Optional<Running> watch;

  DeadlineWatch(Attempt attempt, StopSign sign, Threads threads) {
    boolean limited =
        attempt.now().limits().run().isPresent() || attempt.now().limits().total().isPresent();
    watch =
        limited
            ? Optional.of(
                threads.start("deadline-" + attempt.task(), () -> wait(attempt, sign, threads)))
            : Optional.empty();
  }

  private static void wait(Attempt attempt, StopSign sign, Threads threads) {
    try {
      while (true) {
        Instant now = attempt.instant();
        Optional<Instant> deadline = attempt.deadline();
        if (deadline.filter(limit -> !limit.isAfter(now)).isPresent()) {
          sign.show(Reason.LIMIT);
          return;
        }
        Duration left = deadline.map(limit -> Duration.between(now, limit)).orElse(LOOK_AGAIN);
        threads.sleep(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the attempt has ended; so does its watch
    }
  }

  @Override
  public void close() {
    watch.ifPresent(Running::interrupt);
  }
}
