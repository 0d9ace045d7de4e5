package org.millrace.tes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.Task;
import org.millrace.engine.views.AttemptView;
import org.millrace.engine.views.TaskView;

/**
 * How a task went, on the wire. Pure, thread-safe.
 *
 * <p>Contract ({@code contracts/tes.md 4.6 to 4.8}): there is one task log from the start, at first
 * with two empty lists, since clients read the first entry without asking whether it is there. It
 * tells of the latest attempt, and gives each earlier one a line in its system logs (number,
 * runtime, start, end, why it ended). Executors that did not run have no entry. What programs wrote
 * is made valid Unicode, and each line of the system logs is one line, without secrets. A task that
 * is shown as running although it has ended has no end yet.
 *
 * @param mask what a URL with a password in it is shown as
 */
record TesLogs(UnaryOperator<String> mask) {

  /**
   * The one log.
   *
   * @param over whether the task is shown as ended, if it has
   */
  TesTaskLog of(TaskView seen, View view, boolean over) {
    List<String> systemLogs = view == View.FULL ? systemLogs(seen, over) : List.of();
    if (seen.attempts().isEmpty()) {
      return new TesTaskLog(
          List.of(),
          null,
          null,
          TesViews.orNull(seen.task().endedAt().map(TesViews::time)),
          List.of(),
          systemLogs.isEmpty() ? null : systemLogs);
    }
    AttemptView latest = seen.attempts().getLast();
    return new TesTaskLog(
        latest.report().executors().stream().map(result -> executorLog(result, view)).toList(),
        metadata(latest),
        TesViews.time(latest.begunAt()),
        TesViews.orNull(latest.endedAt().filter(_ -> over).map(TesViews::time)),
        latest.report().outputs().stream().map(this::outputLog).toList(),
        systemLogs.isEmpty() ? null : systemLogs);
  }

  private static TesExecutorLog executorLog(ExecutorResult result, View view) {
    boolean streams = view == View.FULL;
    return new TesExecutorLog(
        TesViews.time(result.start()),
        TesViews.time(result.end()),
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

  private List<String> systemLogs(TaskView seen, boolean over) {
    var lines = new ArrayList<>(seen.spec().notes());
    List<AttemptView> attempts = seen.attempts();
    attempts.stream()
        .limit(Math.max(0, attempts.size() - 1))
        .map(TesLogs::line)
        .forEach(lines::add);
    if (!attempts.isEmpty()) {
      lines.addAll(attempts.getLast().report().notes());
    }
    whyNow(seen).filter(_ -> over).map(Cause::toString).ifPresent(lines::add);
    return lines.stream().map(line -> LogLine.of(line, mask)).toList();
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
        + ", "
        + TesViews.time(earlier.begunAt())
        + " to "
        + earlier.endedAt().map(TesViews::time).orElse("an unknown time")
        + ": "
        + earlier
            .outcome()
            .flatMap(Outcome::why)
            .map(Cause::toString)
            .orElse("ended without a cause");
  }

  private static String seconds(Duration duration) {
    return "%d.%03d".formatted(duration.toSeconds(), duration.toMillisPart());
  }
}
