package org.millrace.runtimes.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RuntimeName;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.staging.Disk;
import org.millrace.engine.staging.SmallFiles;
import org.millrace.engine.staging.StageOut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what an attempt left that has begun: results, outputs, and what people should know.
 *
 * @param logLimit bytes of a log that are kept
 */
record Harvest(
    RuntimeName runtime,
    Isolation isolation,
    Slots slots,
    StageOut stageOut,
    FindingsReader reader,
    long logLimit) {
  private static final Logger LOG = LoggerFactory.getLogger(Harvest.class);
  private static final int MOST_NOTES_OF_SUPERVISOR = 20;
  private static final StageOut.Stored NOTHING_STORED =
      new StageOut.Stored(List.of(), Optional.empty(), List.of());

  Collected collect(LocalAttempt attempt, ComputeEnd end) throws InterruptedException {
    try {
      attempt.place().takeBackRoot();
      List<String> unreadable =
          attempt.logs().straighten(attempt.place().begun(), inputPaths(attempt.place()));
      Findings findings = findings(attempt);
      boolean succeeded = end instanceof ComputeEnd.Ran && findings.allWell(attempt.work());
      StageOut.Stored stored = wantsOutputs(end) ? store(attempt, succeeded) : NOTHING_STORED;
      SmallFiles.Found read = SmallFiles.read(attempt.work().reads(), attempt.tree());
      var notes = new ArrayList<>(notes(attempt));
      notes.addAll(unreadable);
      notes.addAll(stored.notes());
      notes.addAll(read.notes());
      notes.addAll(attempt.logs().keepTheFirst(logLimit));
      return new Collected(
          findings.results(),
          stored.files(),
          stored.problem(),
          findings.whyFailed(),
          Optional.empty(),
          read.value(),
          notes);
    } catch (IOException failed) {
      LOG.warn("attempt={} could not be collected", attempt.name(), failed);
      return nothing(failed);
    }
  }

  private StageOut.Stored store(LocalAttempt attempt, boolean succeeded)
      throws InterruptedException {
    return stageOut.storeAll(
        attempt.work().outputs(), attempt.tree(), succeeded, attempt.order().progress());
  }

  private static Collected nothing(IOException failed) {
    Cause cause =
        new Cause(
            "not-collected", "the attempt's folder is unreadable: " + Disk.reason(failed), "");
    return new Collected(
        List.of(), List.of(), Optional.of(cause), Optional.empty(), List.of(cause.toString()));
  }

  /** What became of the executors. */
  Findings findings(LocalAttempt attempt) {
    try {
      return reader.read(attempt);
    } catch (IOException failed) {
      throw new UncheckedIOException("results of " + attempt.name() + " cannot be read", failed);
    }
  }

  private static boolean wantsOutputs(ComputeEnd end) {
    return switch (end) {
      case ComputeEnd.Ran _, ComputeEnd.Answered _, ComputeEnd.Broken _ -> true;
      case ComputeEnd.Stopped(boolean storeOutputs) -> storeOutputs;
      case ComputeEnd.Lost _ -> false;
    };
  }

  private static Set<String> inputPaths(AttemptFolder place) throws IOException {
    var paths = new HashSet<String>();
    place.inputs().forEach(input -> paths.add(input.path()));
    return paths;
  }

  private List<String> notes(LocalAttempt attempt) {
    var notes = new ArrayList<String>();
    attempt.executors().stream()
        .map(executor -> OneLine.of(executor.image()))
        .distinct()
        .map(image ->
            "image "
                + image
                + " was not used: runtime "
                + runtime
                + " runs the programs of this host")
        .forEach(notes::add);
    notes.addAll(isolation.notes());
    notes.addAll(emptyCommands(attempt));
    notLimited(attempt.order().spec().resources()).ifPresent(notes::add);
    AttemptFolder.textOf(attempt.place().notesFile())
        .lines()
        .distinct()
        .limit(MOST_NOTES_OF_SUPERVISOR)
        .forEach(notes::add);
    return notes;
  }

  private static List<String> emptyCommands(LocalAttempt attempt) {
    List<ExecutorSpec> begun = attempt.executors().subList(0, attempt.place().begun());
    var notes = new ArrayList<String>();
    for (int i = 0; i < begun.size(); i++) {
      if (begun.get(i).command().isEmpty()) {
        notes.add("executor " + i + " has no command: nothing was run");
      }
    }
    return notes;
  }

  private Optional<String> notLimited(Resources asked) {
    boolean limits = asked.cpuCores().isPresent() || asked.ramGb().isPresent();
    return limits && slots.groups() instanceof NoGroups(String why)
        ? Optional.of("cpu_cores and ram_gb were not enforced: " + why)
        : Optional.empty();
  }
}
