package org.millrace.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import java.util.Map;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.Engine;
import org.millrace.http.Answered;
import org.millrace.store.sqlite.SqliteStore;

/** What the server counts, in the Prometheus text format. Thread-safe. */
final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** More deliveries than this are not counted. */
  private static final int MOST_GIVEN_UP = 10_000;

  private final SqliteStore store;
  private volatile Map<TaskState, Long> unfinished = Map.of();
  private volatile int givenUp;
  private volatile int deadLetters;

  Meters(SqliteStore store) {
    this.store = store;
  }

  /** Begins to watch an engine and its store. */
  void watch(Engine engine) {
    for (TaskState state : TaskState.values()) {
      if (!state.isFinal()) {
        Gauge.builder("millrace.tasks.unfinished", () -> unfinished.getOrDefault(state, 0L))
            .description("tasks that have not ended, by state")
            .tag("state", state.name().toLowerCase(Locale.ROOT))
            .register(registry);
      }
    }
    Gauge.builder("millrace.attempts.held", engine, Engine::attemptsHeld)
        .description("attempts that this server works on")
        .register(registry);
    Gauge.builder("millrace.deliveries.given.up", () -> givenUp)
        .description("deliveries that were given up and are kept, counted up to " + MOST_GIVEN_UP)
        .register(registry);
    Gauge.builder("millrace.dead.letters", () -> deadLetters)
        .description("answers of workers that came to nothing and are kept")
        .register(registry);
    FunctionCounter.builder("millrace.store.commits", store, SqliteStore::commits)
        .description("groups of changes that were stored")
        .register(registry);
    Gauge.builder("millrace.store.waiting", store, SqliteStore::queued)
        .description("changes that wait to be stored")
        .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  void answered(Answered request) {
    Timer.builder("millrace.http.requests")
        .description("requests answered")
        .tags(
            Tags.of(
                "face", request.face(),
                "route", request.route(),
                "method", request.method(),
                "status", String.valueOf(request.status())))
        .register(registry)
        .record(request.duration());
  }

  /** One scrape: what the store counts is taken anew. */
  String scrape() {
    unfinished = store.ports().views().unfinished();
    givenUp = store.ports().deliveries().countGivenUp(MOST_GIVEN_UP);
    deadLetters = store.ports().documents().deadLetters().count();
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
