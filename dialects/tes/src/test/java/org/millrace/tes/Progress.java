package org.millrace.tes;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.TaskSteps;

/** Moves the one task that waits on a {@link TesServer} through its states, second by second. */
record Progress(TaskSteps steps) {

  static Progress on(TesServer server) {
    return new Progress(server.steps());
  }

  /** The next attempt has begun, so many seconds after noon. */
  Task begun(long seconds) {
    Task claimed = claimed(seconds);
    return changed(
        new TaskEvent.AttemptBegun(
            TaskSteps.leaseOf(claimed),
            Fixtures.aHandle(claimed.id(), claimed.attempt() + 1),
            Fixtures.at(seconds)),
        claimed.id());
  }

  Task claimed(long seconds) {
    List<Claimed> ready = steps.claimAll(Fixtures.LANE, Fixtures.at(seconds));
    return ready.getFirst().task();
  }

  Task started(Task begun, long seconds) {
    return changed(
        new TaskEvent.Started(TaskSteps.leaseOf(begun), Fixtures.at(seconds)), begun.id());
  }

  Task putBack(Task claimed, Cause cause) {
    return changed(
        new TaskEvent.PutBack(TaskSteps.leaseOf(claimed), cause, Fixtures.at(100), Fixtures.at(1)),
        claimed.id());
  }

  Task canceling(Task running) {
    return changed(new TaskEvent.CancelRequested("anonymous", Fixtures.at(3)), running.id());
  }

  Task ended(Task held, Outcome outcome, AttemptReport report, long seconds) {
    steps.apply(
        held.id(),
        new TaskEvent.Ended(TaskSteps.leaseOf(held), outcome, 0, Fixtures.at(seconds)),
        new AttemptNews.Known(report));
    return held;
  }

  private Task changed(TaskEvent event, TaskId id) {
    return steps.apply(id, event, AttemptNews.NONE).task();
  }

  /** Of two executors, of which the second failed, and one file that was stored. */
  static AttemptReport report() {
    return new AttemptReport(
        Map.of(),
        Map.of(),
        List.of(
            result(0, OptionalInt.empty(), "one\n", ""), result(1, OptionalInt.of(9), "", "boo")),
        List.of(new StoredFile("inline", "/data/in.txt", 8, Optional.empty())),
        List.of(
            new StoredFile(
                "ftp://me:secret@host/l", "/out/lines.txt", 5L << 30, Optional.of("ab"))),
        Optional.of("sha256:abc"),
        Optional.empty(),
        List.of("input /data/in.txt was empty"));
  }

  static ExecutorResult result(int exitCode, OptionalInt signal, String stdout, String stderr) {
    Instant start = Fixtures.NOON.plusNanos(2_123_456_789L);
    return new ExecutorResult(
        exitCode,
        signal,
        signal.isPresent(),
        start,
        start.plusSeconds(1),
        new ExecutorResult.Usage(
            Optional.of(Duration.ofMillis(1250)), Optional.of(4096L), "cgroup-v1"),
        stdout,
        stderr);
  }
}
