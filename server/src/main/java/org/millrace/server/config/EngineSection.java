package org.millrace.server.config;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.EngineConfig;
import org.millrace.engine.attempt.AttemptTimes;
import org.millrace.engine.delivery.Deliveries.Patience;
import org.millrace.engine.retention.RetentionRules;

/** What is said of the engine: its beats, its patience, and what it forgets. */
final class EngineSection {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration TENTH = Duration.ofMillis(100);
  private static final Duration HUNDREDTH = Duration.ofMillis(10);

  private EngineSection() {}

  static EngineConfig read(SettingsReader read) {
    EngineConfig usual = EngineConfig.DEFAULT;
    Duration heartbeat = read.duration("engine.heartbeat", usual.heartbeat(), SECOND);
    Duration renew = read.duration("engine.renew-every", usual.renewEvery(), TENTH);
    Duration poll = read.duration("engine.poll-every", usual.pollEvery(), HUNDREDTH);
    Duration sweep = read.duration("engine.sweep-every", usual.sweepEvery(), SECOND);
    boolean dispatch = read.truth("engine.dispatch", true);
    var times =
        new AttemptTimes(
            read.duration("engine.put-back", usual.attempts().putBack(), TENTH),
            read.duration("engine.look-every", usual.attempts().lookEvery(), TENTH),
            read.duration("engine.cancel-again", usual.attempts().cancelAgain(), HUNDREDTH));
    Patience patience = patience(read, usual.deliveries());
    RetentionRules keep = retention(read);
    return read.checked(() ->
            new EngineConfig(heartbeat, renew, poll, sweep, dispatch, true, times, patience, keep))
        .orElse(usual);
  }

  private static Patience patience(SettingsReader read, Patience usual) {
    int tries = read.integer("deliveries.tries", usual.tries(), 1, 1000);
    Duration first = read.duration("deliveries.first-retry", usual.first(), HUNDREDTH);
    Duration longest = read.duration("deliveries.longest-retry", usual.most(), HUNDREDTH);
    return read.checked(() -> new Patience(tries, first, longest)).orElse(usual);
  }

  private static RetentionRules retention(SettingsReader read) {
    Map<TaskState, Duration> tasks = ages(read, "retention.tasks.");
    Map<TaskState, Duration> logs = ages(read, "retention.logs.");
    long total = read.size("retention.logs-total", 0, 0, 1L << 60);
    return new RetentionRules(
        tasks,
        logs,
        total == 0 ? OptionalLong.empty() : OptionalLong.of(total),
        read.limit("retention.deliveries"));
  }

  /** By final state, as {@code executor-error}; 0 is no age at all. */
  private static Map<TaskState, Duration> ages(SettingsReader read, String keys) {
    Map<TaskState, Duration> ages = new EnumMap<>(TaskState.class);
    for (TaskState state : TaskState.values()) {
      String key = keys + state.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (state.isFinal()) {
        read.limit(key).ifPresent(age -> ages.put(state, age));
      }
    }
    return ages;
  }
}
