package org.millrace.engine.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;

/** Whose fault it was, for each end of each kind of work. */
final class OutcomesTest {
  private static final Cause OURS = new Cause("ours", "a peer is away", "");
  private static final Cause THEIRS = Cause.ofCaller("theirs", "it was asked for wrongly", "");
  private static final Work HANDLER = new InProcessWork("echo", Value.NOTHING);
  private static final Work WORKER =
      new WorkerWork("dane", "Video.ASR", "ASR", "a document", new Value.Fields(Map.of()));

  private static ContainerWork executors(boolean... ignoring) {
    List<ExecutorSpec> executors = new ArrayList<>();
    for (boolean ignore : ignoring) {
      executors.add(
          new ExecutorSpec(
              "alpine",
              List.of("true"),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Map.of(),
              ignore));
    }
    return new ContainerWork(executors, List.of(), List.of(), List.of());
  }

  private static ExecutorResult exited(int code) {
    return result(code, OptionalInt.empty(), false);
  }

  private static ExecutorResult result(int code, OptionalInt signal, boolean outOfMemory) {
    return new ExecutorResult(
        code, signal, outOfMemory, Instant.EPOCH, Instant.EPOCH, ExecutorResult.Usage.NONE, "", "");
  }

  private static Collected found(Optional<Cause> outputs, ExecutorResult... results) {
    return new Collected(
        List.of(results), List.<StoredFile>of(), outputs, Optional.empty(), List.of());
  }

  private static Outcome ran(Work work, Collected collected) {
    return Outcomes.of(work, new ComputeEnd.Ran(), collected);
  }

  /**
   * Two executors, the results that were found (a dot for none), which of the two may fail, and
   * which one is told to have failed.
   */
  @ParameterizedTest
  @CsvSource({
    "0 0, false, false, complete",
    "1 0, false, false, executor 0",
    "0 1, false, false, executor 1",
    "1 1, false, false, executor 0",
    "1 0, true, false, complete",
    "1 1, true, false, executor 1",
    "1 1, true, true, complete",
    "0 1, false, true, complete",
    "1, false, false, executor 0",
    "1, true, false, results-missing",
    "0, false, false, results-missing",
    "., false, false, results-missing"
  })
  void executors_in_order(String results, boolean first, boolean second, String expected) {
    ExecutorResult[] exits =
        results.equals(".")
            ? new ExecutorResult[0]
            : List.of(results.split(" ", -1)).stream()
                .map(code -> exited(Integer.parseInt(code)))
                .toArray(ExecutorResult[]::new);

    Outcome outcome = ran(executors(first, second), found(Optional.empty(), exits));

    assertThat(
            outcome instanceof Outcome.ExecutorFailed failed
                ? "executor " + failed.executor()
                : outcome.why().map(Cause::code).orElse("complete"))
        .isEqualTo(expected);
    assertThat(outcome.mayHaveStarted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "1,, false, exit-code, executor 0 exited with 1",
    "126,, false, exit-code, 'executor 0 exited with 126, as shells do when a command could not be"
        + " run'",
    "127,, false, exit-code, 'executor 0 exited with 127, as shells do when a command was not"
        + " found'",
    "137, 9, false, killed-by-signal, executor 0 was killed by signal 9 (KILL)",
    "137, 9, true, out-of-memory, executor 0 was killed: out of memory",
    "143, 15, false, killed-by-signal, executor 0 was killed by signal 15 (TERM)",
    "192, 64, false, killed-by-signal, executor 0 was killed by signal 64",
    "1,, true, out-of-memory, executor 0 was killed: out of memory"
  })
  void why_an_executor_failed(
      int code, Integer signal, boolean outOfMemory, String told, String message) {
    OptionalInt by = signal == null ? OptionalInt.empty() : OptionalInt.of(signal);

    var failed =
        (Outcome.ExecutorFailed)
            ran(executors(false), found(Optional.empty(), result(code, by, outOfMemory)));

    assertThat(failed.exitCode()).isEqualTo(code);
    assertThat(failed.cause().code()).isEqualTo(told);
    assertThat(failed.cause().message()).isEqualTo(message);
  }

  @Test
  void what_the_runtime_knows_better_is_told_instead() {
    var collected =
        new Collected(
            List.of(exited(1)),
            List.of(),
            Optional.empty(),
            Optional.of(THEIRS),
            Optional.empty(),
            Optional.empty(),
            List.of());

    assertThat(ran(executors(false), collected))
        .isEqualTo(new Outcome.ExecutorFailed(0, 1, THEIRS));
  }

  @Test
  void outputs_count_only_where_no_executor_failed() {
    Optional<Cause> missing = Optional.of(OURS);
    assertThat(ran(executors(false), found(missing, exited(0))))
        .isEqualTo(new Outcome.OutputFailed(OURS));
    assertThat(ran(executors(false), found(missing, exited(1))))
        .isInstanceOf(Outcome.ExecutorFailed.class);
  }

  /** More results than executors, of a folder that somebody wrote into: none is excused. */
  @Test
  void a_result_of_an_executor_that_nobody_asked_for_is_not_ignored() {
    assertThat(ran(executors(true), found(Optional.empty(), exited(1), exited(1))))
        .isInstanceOf(Outcome.ExecutorFailed.class);
  }

  @Test
  void work_without_executors_tells_itself_whose_fault_it_was() {
    var steps = new StepsWork(List.of(new Step.Other("one", "echo", Value.NOTHING)), Map.of());
    for (Work work : List.of(HANDLER, WORKER, steps)) {
      assertThat(ran(work, Collected.NOTHING)).isEqualTo(new Outcome.Completed());
      assertThat(ran(work, Collected.failed(THEIRS, Value.NOTHING)))
          .isEqualTo(new Outcome.WorkFailed(THEIRS));
      assertThat(ran(work, Collected.failed(OURS, Value.NOTHING)))
          .isEqualTo(new Outcome.RuntimeFailed(OURS, true));
    }
  }

  /** Whatever was collected: these ends say themselves how it went. */
  @Test
  void ends_that_decide_alone() {
    var answered = new Outcome.WorkRefused(THEIRS);
    for (Work work : List.of(HANDLER, WORKER, executors(false))) {
      for (Collected collected :
          List.of(Collected.NOTHING, Collected.failed(THEIRS, Value.NOTHING))) {
        assertThat(Outcomes.of(work, new ComputeEnd.Answered(answered, Value.NOTHING), collected))
            .isEqualTo(answered);
        assertThat(Outcomes.of(work, new ComputeEnd.Broken(OURS), collected))
            .isEqualTo(new Outcome.RuntimeFailed(OURS, true));
        for (boolean started : new boolean[] {false, true}) {
          assertThat(Outcomes.of(work, new ComputeEnd.Lost(OURS, started), collected))
              .isEqualTo(new Outcome.Lost(OURS, started));
          assertThat(Outcomes.of(work, new ComputeEnd.Stopped(started), collected).why())
              .hasValueSatisfying(why -> assertThat(why.code()).isEqualTo("stopped"));
        }
      }
    }
  }
}
