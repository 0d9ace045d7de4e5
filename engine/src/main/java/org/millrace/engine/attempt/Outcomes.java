package org.millrace.engine.attempt;

import java.util.List;
import java.util.Map;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;

/** What an attempt comes to, from how its compute ended and what was collected. Pure. */
final class Outcomes {
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1, "HUP", 2, "INT", 3, "QUIT", 4, "ILL", 6, "ABRT", 8, "FPE", 9, "KILL", 11, "SEGV", 13,
          "PIPE", 15, "TERM");

  private Outcomes() {}

  static Outcome of(Work work, ComputeEnd end, Collected collected) {
    return switch (end) {
      case ComputeEnd.Ran() ->
          switch (work) {
            case ContainerWork container -> ofExecutors(container, collected);
            case StepsWork _, InProcessWork _, WorkerWork _ -> ofItself(collected);
          };
      case ComputeEnd.Answered(Outcome outcome, Value _) -> outcome;
      case ComputeEnd.Broken(Cause cause) -> new Outcome.RuntimeFailed(cause, true);
      case ComputeEnd.Lost(Cause cause, boolean mayHaveStarted) ->
          new Outcome.Lost(cause, mayHaveStarted);
      case ComputeEnd.Stopped _ -> new Outcome.RuntimeFailed(STOPPED_BY_NOBODY, true);
    };
  }

  private static final Cause STOPPED_BY_NOBODY =
      new Cause(
          "stopped",
          "the work was stopped where it ran, and not by us",
          "look there for who stopped it");

  private static final Cause RESULTS_MISSING =
      new Cause(
          "results-missing",
          "it ran to its end, but not every executor's result could be found afterwards",
          "look at the runtime: who removed the attempt's folder or container?");

  /** Work without executors tells itself why it failed, and whose fault that is. */
  private static Outcome ofItself(Collected collected) {
    return collected
        .whyFailed()
        .<Outcome>map(why ->
            why.byCaller() ? new Outcome.WorkFailed(why) : new Outcome.RuntimeFailed(why, true))
        .orElseGet(Outcome.Completed::new);
  }

  private static Outcome ofExecutors(ContainerWork work, Collected collected) {
    List<ExecutorResult> results = collected.executors();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).exitCode() != 0 && !ignoresError(work, i)) {
        Cause why = collected.whyFailed().orElse(whyFailed(i, results.get(i)));
        return new Outcome.ExecutorFailed(i, results.get(i).exitCode(), why);
      }
    }
    if (results.size() < work.executors().size()) {
      return new Outcome.RuntimeFailed(RESULTS_MISSING, true);
    }
    return collected
        .outputProblem()
        .<Outcome>map(Outcome.OutputFailed::new)
        .orElseGet(Outcome.Completed::new);
  }

  private static boolean ignoresError(ContainerWork work, int executor) {
    return executor < work.executors().size() && work.executors().get(executor).ignoreError();
  }

  private static Cause whyFailed(int executor, ExecutorResult result) {
    String who = "executor " + executor;
    if (result.outOfMemory()) {
      return Cause.ofCaller(
          "out-of-memory",
          who + " was killed: out of memory",
          "ask for more with resources.ram_gb");
    }
    if (result.signal().isPresent()) {
      return Cause.ofCaller(
          "killed-by-signal",
          who + " was killed by signal " + named(result.signal().getAsInt()),
          "");
    }
    String exited = who + " exited with " + result.exitCode();
    return Cause.ofCaller(
        "exit-code",
        switch (result.exitCode()) {
          case 127 -> exited + ", as shells do when a command was not found";
          case 126 -> exited + ", as shells do when a command could not be run";
          default -> exited;
        },
        "see its stdout and stderr");
  }

  private static String named(int signal) {
    return SIGNALS.containsKey(signal)
        ? signal + " (" + SIGNALS.get(signal) + ")"
        : String.valueOf(signal);
  }
}
