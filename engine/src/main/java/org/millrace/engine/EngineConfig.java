package org.millrace.engine;

import java.time.Duration;
import org.millrace.engine.attempt.AttemptTimes;
import org.millrace.engine.delivery.Deliveries.Patience;
import org.millrace.engine.retention.RetentionRules;

/**
 * How the engine keeps time.
 *
 * @param heartbeat how long a server is believed alive without a sign of life
 * @param renewEvery how often it gives one
 * @param pollEvery how often the dispatcher looks even if no bell rang
 * @param sweepEvery how often leftovers are looked for
 * @param dispatch whether this server starts anything; without, it takes tasks in and stores them
 * @param alone no other server has this store: whoever wrote to it before is gone
 */
public record EngineConfig(
    Duration heartbeat,
    Duration renewEvery,
    Duration pollEvery,
    Duration sweepEvery,
    boolean dispatch,
    boolean alone,
    AttemptTimes attempts,
    Patience deliveries,
    RetentionRules retention) {

  public static final EngineConfig DEFAULT =
      new EngineConfig(
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofMillis(500),
          Duration.ofMinutes(5),
          true,
          true,
          AttemptTimes.DEFAULT,
          Patience.DEFAULT,
          RetentionRules.KEEP_ALL);

  public EngineConfig {
    longerThanNothing("heartbeat", heartbeat);
    longerThanNothing("renew-every", renewEvery);
    longerThanNothing("poll-every", pollEvery);
    longerThanNothing("sweep-every", sweepEvery);
    if (renewEvery.multipliedBy(2).compareTo(heartbeat) > 0) {
      throw new IllegalArgumentException("engine.renew-every: at most half of engine.heartbeat");
    }
  }

  private static void longerThanNothing(String key, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("engine." + key + ": longer than nothing");
    }
  }
}
