package org.millrace.tes;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.views.AttemptView;
import org.millrace.engine.views.TaskView;

/**
 * Makes wire tasks of what the engine knows. Pure, thread-safe.
 *
 * <p>Contract ({@code contracts/tes.md 4.6 to 4.8, 5}): BASIC leaves out the streams of executors,
 * the contents of inputs and the system logs, and nothing else; empty lists and maps that the
 * standard does not demand are left out. There is always one task log, with two empty lists from
 * the start, as Cromwell and Nextflow read the first entry without asking whether it is there: it
 * tells of the latest attempt, and gives each earlier one a line in its system logs. Executors that
 * did not run have no entry. Times are UTC with {@code Z}, to the microsecond.
 */
final class TesViews {
  private final ShownStates states;
  private final UnaryOperator<String> mask;

  /**
   * Shows tasks.
   *
   * @param mask what a URL with a password in it is shown as
   */
  TesViews(ShownStates states, UnaryOperator<String> mask) {
    this.states = states;
    this.mask = mask;
  }

  /** BASIC or FULL. */
  TesTask show(TaskView seen, View view) {
    Task task = seen.task();
    TaskSpec spec = seen.spec();
    ContainerWork work =
        switch (spec.work()) {
          case ContainerWork container -> container;
        };
    return new TesTask(
        task.id().text(),
        states.of(task),
        orNull(spec.name()),
        orNull(spec.description()),
        time(task.createdAt()),
        unlessEmpty(work.inputs().stream().map(input -> input(input, view)).toList()),
        unlessEmpty(work.outputs().stream().map(this::output).toList()),
        resources(spec.resources()),
        new ArrayList<>(work.executors().stream().map(TesViews::executor).toList()),
        unlessEmpty(work.volumes()),
        spec.tags().isEmpty() ? null : new LinkedHashMap<>(spec.tags()),
        List.of(log(seen, view)));
  }

  private TesInput input(Input input, View view) {
    String url = null;
    String content = null;
    switch (input.source()) {
      case Input.Location(String location) -> url = mask.apply(location);
      case Input.Content(String text) -> content = view == View.FULL ? text : null;
    }
    return new TesInput(
        orNull(input.name()),
        orNull(input.description()),
        url,
        input.path(),
        input.type().name(),
        content,
        orNull(input.streamable()));
  }

  private TesOutput output(Output output) {
    return new TesOutput(
        orNull(output.name()),
        orNull(output.description()),
        mask.apply(output.url()),
        output.path(),
        orNull(output.pathPrefix()),
        output.type().name());
  }

  private static TesExecutor executor(ExecutorSpec executor) {
    return new TesExecutor(
        executor.image(),
        new ArrayList<>(executor.command()),
        orNull(executor.workdir()),
        orNull(executor.stdin()),
        orNull(executor.stdout()),
        orNull(executor.stderr()),
        executor.env().isEmpty() ? null : new LinkedHashMap<>(executor.env()),
        executor.ignoreError() ? true : null);
  }

  private static @Nullable TesResources resources(Resources asked) {
    if (asked.equals(Resources.NONE)) {
      return null;
    }
    return new TesResources(
        orNull(asked.cpuCores().map(BigDecimal::valueOf)),
        orNull(asked.preemptible()),
        orNull(asked.ramGb()),
        orNull(asked.diskGb()),
        unlessEmpty(asked.zones()),
        asked.backendParameters().isEmpty() ? null : new LinkedHashMap<>(asked.backendParameters()),
        orNull(asked.backendParametersStrict()));
  }

  private TesTaskLog log(TaskView seen, View view) {
    List<String> systemLogs = view == View.FULL ? systemLogs(seen) : List.of();
    if (seen.attempts().isEmpty()) {
      return new TesTaskLog(
          List.of(),
          null,
          null,
          orNull(seen.task().endedAt().map(TesViews::time)),
          List.of(),
          systemLogs.isEmpty() ? null : systemLogs);
    }
    AttemptView latest = seen.attempts().getLast();
    return new TesTaskLog(
        latest.report().executors().stream().map(result -> executorLog(result, view)).toList(),
        metadata(latest),
        time(latest.begunAt()),
        orNull(latest.endedAt().map(TesViews::time)),
        latest.report().outputs().stream().map(this::outputLog).toList(),
        systemLogs.isEmpty() ? null : systemLogs);
  }

  private static TesExecutorLog executorLog(ExecutorResult result, View view) {
    boolean streams = view == View.FULL;
    return new TesExecutorLog(
        time(result.start()),
        time(result.end()),
        streams ? Unicode.valid(result.stdout()) : null,
        streams ? Unicode.valid(result.stderr()) : null,
        result.exitCode());
  }

  private TesOutputFileLog outputLog(StoredFile file) {
    return new TesOutputFileLog(mask.apply(file.url()), file.path(), Long.toString(file.size()));
  }

  private static Map<String, String> metadata(AttemptView attempt) {
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("attempt", Integer.toString(attempt.number()));
    metadata.put("runtime", attempt.handle().runtime().text());
    attempt.report().image().ifPresent(image -> metadata.put("image", Unicode.valid(image)));
    List<ExecutorResult> executors = attempt.report().executors();
    for (int i = 0; i < executors.size(); i++) {
      usage("executor_" + i + "_", executors.get(i), metadata);
    }
    return metadata;
  }

  private static void usage(String prefix, ExecutorResult result, Map<String, String> metadata) {
    ExecutorResult.Usage usage = result.usage();
    usage.cpu().ifPresent(cpu -> metadata.put(prefix + "cpu_seconds", seconds(cpu)));
    usage
        .peakMemory()
        .ifPresent(bytes -> metadata.put(prefix + "peak_memory_bytes", Long.toString(bytes)));
    metadata.put(prefix + "measured_by", usage.measuredBy());
    result.signal().ifPresent(signal -> metadata.put(prefix + "signal", Integer.toString(signal)));
    if (result.outOfMemory()) {
      metadata.put(prefix + "out_of_memory", "true");
    }
  }

  private static List<String> systemLogs(TaskView seen) {
    var lines = new ArrayList<>(seen.spec().notes());
    List<AttemptView> attempts = seen.attempts();
    attempts.stream()
        .limit(Math.max(0, attempts.size() - 1))
        .map(TesViews::line)
        .forEach(lines::add);
    if (!attempts.isEmpty()) {
      lines.addAll(attempts.getLast().report().notes());
    }
    whyNow(seen).map(Cause::toString).ifPresent(lines::add);
    return lines.stream().map(Unicode::valid).toList();
  }

  /** Why it ended as it did, or why it waits again. */
  private static Optional<Cause> whyNow(TaskView seen) {
    Task task = seen.task();
    return task.state().isFinal() ? task.outcome().flatMap(Outcome::why) : task.waitsFor();
  }

  private static String line(AttemptView earlier) {
    return "attempt "
        + earlier.number()
        + " in "
        + earlier.handle().runtime()
        + ": "
        + earlier
            .outcome()
            .flatMap(Outcome::why)
            .map(Cause::toString)
            .orElse("ended without a cause");
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).toString();
  }

  private static String seconds(Duration duration) {
    return "%d.%03d".formatted(duration.toSeconds(), duration.toMillisPart());
  }

  private static <T> @Nullable T orNull(Optional<T> value) {
    return value.orElse(null);
  }

  private static <T> @Nullable List<@Nullable T> unlessEmpty(List<? extends T> list) {
    return list.isEmpty() ? null : new ArrayList<@Nullable T>(list);
  }
}
