package org.millrace.server;

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
import org.millrace.engine.views.ViewStore;
import org.millrace.http.Answered;

/** What the server counts, in the Prometheus text format. Thread-safe. */
final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ViewStore views;
  private volatile Map<TaskState, Long> unfinished = Map.of();

  Meters(ViewStore views) {
    this.views = views;
  }

  /** Begins to watch an engine. */
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

  /** One scrape: the counts of tasks are taken anew. */
  String scrape() {
    unfinished = views.unfinished();
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
