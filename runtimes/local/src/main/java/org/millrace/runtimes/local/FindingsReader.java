package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.ExecutorResult.Usage;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.staging.Tail;
import org.millrace.engine.views.LogFolder.Stream;

/** Reads what the marks and logs of an attempt tell of its executors. */
record FindingsReader(Isolation isolation, LocalSettings settings) {
  private static final int ENOUGH_TO_UNDERSTAND = 4096;
  private static final int HIGHEST_SIGNAL = 64;

  Findings read(LocalAttempt attempt) throws IOException {
    var results = new ArrayList<ExecutorResult>();
    Optional<Cause> why = Optional.empty();
    Journal journal = attempt.place().journal();
    for (int i = 0; i < journal.exits().size(); i++) {
      switch (ending(attempt, i, journal.exits().get(i))) {
        case Ending.Failed(Cause cause) -> {
          return new Findings(results, Optional.empty(), Optional.of(cause));
        }
        case Ending.Exited exited -> {
          ExecutorResult result = result(attempt, journal, i, exited.code());
          results.add(result);
          why = whyFailed(attempt, i, result, exited.why());
        }
      }
    }
    return new Findings(results, why, Optional.empty());
  }

  private Ending ending(LocalAttempt attempt, int executor, ExitRecord exit) {
    ExecutorSpec spec = attempt.executors().get(executor);
    String told = AttemptFolder.textOf(attempt.place().told(executor));
    Optional<String> problem = InnerShell.problemIn(told);
    if (problem.isPresent()) {
      return Ending.problem(exit.code(), problem.get(), spec);
    }
    if (exit.code() == 0) {
      return Ending.exited(0);
    }
    String status = AttemptFolder.textOf(attempt.place().status(executor));
    String stderr = Tail.of(attempt.logs().file(executor, Stream.STDERR), ENOUGH_TO_UNDERSTAND);
    return isolation.ending(exit.code(), status, told, stderr, spec);
  }

  private ExecutorResult result(LocalAttempt attempt, Journal journal, int executor, int code)
      throws IOException {
    ExitRecord exit = journal.exits().get(executor);
    int signal = code - 128;
    return new ExecutorResult(
        code,
        signal > 0 && signal <= HIGHEST_SIGNAL ? OptionalInt.of(signal) : OptionalInt.empty(),
        code != 0 && exit.killedForMemory() > 0,
        wallTime(attempt, journal, exit.start()),
        wallTime(attempt, journal, exit.end()),
        exit.usage().measuredBy().equals(Usage.NONE.measuredBy())
            ? Sampler.usage(attempt.place(), executor)
            : exit.usage(),
        Tail.of(attempt.logs().file(executor, Stream.STDOUT), settings.tailBytes()),
        Tail.of(attempt.logs().file(executor, Stream.STDERR), settings.tailBytes()));
  }

  /** Where more is known than the exit code tells. */
  private Optional<Cause> whyFailed(
      LocalAttempt attempt, int executor, ExecutorResult result, Optional<Cause> known) {
    return (result.outOfMemory() ? Optional.of(outOfMemory(attempt)) : known)
        .map(cause -> cause.saying("executor " + executor + ": " + cause.message()));
  }

  private Cause outOfMemory(LocalAttempt attempt) {
    long bytes = settings.limits(attempt.order().spec().resources()).bytes();
    return Cause.ofCaller(
        "out-of-memory",
        "was killed because it used more than its " + bytes + " bytes of memory",
        "ask for more with resources.ram_gb");
  }

  /**
   * The supervisor counts from the start of the machine. What that was on the clock follows from
   * the last entry, whose time is the journal's own.
   */
  private Instant wallTime(LocalAttempt attempt, Journal journal, double uptime)
      throws IOException {
    Instant last = Files.getLastModifiedTime(attempt.place().journalFile()).toInstant();
    double sinceLast = uptime - journal.exits().getLast().end();
    return last.plus(Duration.ofMillis(Math.round(sinceLast * 1000)));
  }
}
