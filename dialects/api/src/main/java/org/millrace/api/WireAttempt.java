package org.millrace.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.engine.views.AttemptView;

/**
 * One try at a task.
 *
 * @param number from 1
 * @param handle its name in the runtime
 * @param site of the runtime, where that matters
 * @param steps when each step ended
 */
record WireAttempt(
    int number,
    String runtime,
    String handle,
    Optional<String> site,
    Instant begun,
    Optional<Instant> started,
    Optional<Instant> ended,
    Optional<WireOutcome> outcome,
    Map<String, Instant> steps,
    List<Ran> executors,
    List<Moved> inputs,
    List<Moved> outputs,
    Optional<String> image,
    List<String> notes) {

  /**
   * An executor that ran.
   *
   * @param stdout tail of the stream
   * @param stderr tail of the stream
   */
  record Ran(
      int exitCode,
      Optional<Integer> signal,
      boolean outOfMemory,
      Instant started,
      Instant ended,
      Optional<Double> cpuSeconds,
      Optional<Long> peakMemoryBytes,
      String measuredBy,
      Optional<String> stdout,
      Optional<String> stderr) {
    static Ran of(ExecutorResult result, Detail detail) {
      boolean full = detail == Detail.FULL;
      return new Ran(
          result.exitCode(),
          result.signal().stream().boxed().findFirst(),
          result.outOfMemory(),
          result.start(),
          result.end(),
          result.usage().cpu().map(WireTask::seconds),
          result.usage().peakMemory(),
          result.usage().measuredBy(),
          full ? Optional.of(result.stdout()) : Optional.empty(),
          full ? Optional.of(result.stderr()) : Optional.empty());
    }
  }

  /** A file that was brought in or stored. */
  record Moved(String url, String path, long sizeBytes, Optional<String> sha256) {
    static Moved of(StoredFile file) {
      return new Moved(UrlSecrets.masked(file.url()), file.path(), file.size(), file.sha256());
    }
  }

  static WireAttempt of(AttemptView attempt, Detail detail) {
    AttemptReport report = attempt.report();
    return new WireAttempt(
        attempt.number(),
        attempt.handle().runtime().text(),
        attempt.handle().name(),
        Optional.of(attempt.handle().site()).filter(site -> !site.isEmpty()),
        attempt.begunAt(),
        attempt.startedAt(),
        attempt.endedAt(),
        attempt.outcome().map(WireOutcome::of),
        report.steps(),
        report.executors().stream().map(result -> Ran.of(result, detail)).toList(),
        report.inputs().stream().map(Moved::of).toList(),
        report.outputs().stream().map(Moved::of).toList(),
        report.image(),
        report.notes());
  }
}
