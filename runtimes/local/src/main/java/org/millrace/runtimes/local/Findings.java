package org.millrace.runtimes.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.ExecutorResult.Usage;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.views.LogFolder;
import org.millrace.engine.views.LogFolder.Stream;

/**
 * What an attempt's marks and logs tell of its executors.
 *
 * @param results of those that ended, in order
 * @param whyFailed why the last of them failed, if it did
 * @param broken why the isolation failed, if it did
 */
record Findings(List<ExecutorResult> results, Optional<Cause> whyFailed, Optional<Cause> broken) {
  private static final int ENOUGH_TO_UNDERSTAND = 4096;
  private static final int HIGHEST_SIGNAL = 64;
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1, "HUP", 2, "INT", 3, "QUIT", 4, "ILL", 6, "ABRT", 8, "FPE", 9, "KILL", 11, "SEGV", 13,
          "PIPE", 15, "TERM");

  Findings {
    results = List.copyOf(results);
  }

  /** Whether every executor ended acceptably. */
  boolean allWell(ContainerWork work) {
    if (results.size() < work.executors().size() || broken.isPresent()) {
      return false;
    }
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).exitCode() != 0 && !work.executors().get(i).ignoreError()) {
        return false;
      }
    }
    return true;
  }

  /** Where things are, for reading them. */
  record Reader(
      AttemptFolder attempt,
      Isolation isolation,
      LogFolder logs,
      TaskId task,
      int number,
      int tailBytes,
      long ramBytes) {

    Findings read(ContainerWork work) throws IOException {
      var results = new ArrayList<ExecutorResult>();
      Optional<Cause> why = Optional.empty();
      Journal journal = attempt.journal();
      for (int i = 0; i < journal.exits().size(); i++) {
        ExitRecord exit = journal.exits().get(i);
        switch (ending(i, exit, work.executors().get(i))) {
          case Ending.Failed(Cause cause) -> {
            return new Findings(results, Optional.empty(), Optional.of(cause));
          }
          case Ending.Exited exited -> {
            ExecutorResult result = result(journal, i, exited.code());
            results.add(result);
            why = whyFailed(i, result, exited.why());
          }
        }
      }
      return new Findings(results, why, Optional.empty());
    }

    private Ending ending(int executor, ExitRecord exit, ExecutorSpec spec) throws IOException {
      String told = AttemptFolder.textOf(attempt.told(executor));
      if (told.startsWith(InnerShell.PROBLEM)) {
        return Ending.problem(
            exit.code(), told.substring(InnerShell.PROBLEM.length()).strip(), spec);
      }
      if (exit.code() == 0) {
        return Ending.exited(0);
      }
      String status = AttemptFolder.textOf(attempt.status(executor));
      String stderr = tail(log(executor, Stream.STDERR), ENOUGH_TO_UNDERSTAND);
      return isolation.ending(exit.code(), status, stderr, spec);
    }

    private ExecutorResult result(Journal journal, int executor, int code) throws IOException {
      ExitRecord exit = journal.exits().get(executor);
      int signal = code - 128;
      return new ExecutorResult(
          code,
          signal > 0 && signal <= HIGHEST_SIGNAL ? OptionalInt.of(signal) : OptionalInt.empty(),
          code != 0 && exit.killedForMemory() > 0,
          wallTime(journal, exit.start()),
          wallTime(journal, exit.end()),
          exit.usage().measuredBy().equals(Usage.NONE.measuredBy())
              ? Sampler.usage(attempt, executor)
              : exit.usage(),
          tail(log(executor, Stream.STDOUT), tailBytes),
          tail(log(executor, Stream.STDERR), tailBytes));
    }

    private Optional<Cause> whyFailed(int executor, ExecutorResult result, Optional<Cause> known) {
      if (result.exitCode() == 0) {
        return Optional.empty();
      }
      Cause cause = result.outOfMemory() ? outOfMemory() : known.orElseGet(() -> ofCode(result));
      return Optional.of(
          new Cause(cause.code(), "executor " + executor + ": " + cause.message(), cause.help()));
    }

    private Cause outOfMemory() {
      return new Cause(
          "out-of-memory",
          "was killed because it used more than its " + ramBytes + " bytes of memory",
          "ask for more with resources.ram_gb");
    }

    private static Cause ofCode(ExecutorResult result) {
      if (result.signal().isPresent()) {
        int signal = result.signal().getAsInt();
        String name = SIGNALS.containsKey(signal) ? " (" + SIGNALS.get(signal) + ")" : "";
        return new Cause("killed-by-signal", "was ended by signal " + signal + name, "");
      }
      return new Cause(
          "exit-code", "exited with " + result.exitCode(), "see its stdout and stderr");
    }

    private Path log(int executor, Stream stream) {
      return logs.place(task, number, executor, stream);
    }

    /**
     * The supervisor counts from the start of the machine. What that was on the clock follows from
     * the last entry, whose time is the journal's own.
     */
    private Instant wallTime(Journal journal, double uptime) throws IOException {
      Instant last = Files.getLastModifiedTime(attempt.journalFile()).toInstant();
      double sinceLast = uptime - journal.exits().getLast().end();
      return last.plus(Duration.ofMillis(Math.round(sinceLast * 1000)));
    }
  }

  /**
   * The last bytes of a file as text; a character cut in two is left out, bad ones are replaced.
   */
  static String tail(Path file, int most) throws IOException {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (var access = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, access.length() - most);
      byte[] bytes = new byte[(int) (access.length() - from)];
      access.seek(from);
      int read = Math.max(0, access.read(bytes));
      int begin = 0;
      while (from > 0 && begin < Math.min(3, read) && (bytes[begin] & 0xc0) == 0x80) {
        begin++;
      }
      return new String(bytes, begin, read - begin, StandardCharsets.UTF_8);
    }
  }
}
