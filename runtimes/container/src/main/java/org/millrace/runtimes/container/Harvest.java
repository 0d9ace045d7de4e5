package org.millrace.runtimes.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.ExecutorResult.Usage;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.staging.Disk;
import org.millrace.engine.staging.OneLine;
import org.millrace.engine.staging.SmallFiles;
import org.millrace.engine.staging.StageOut;
import org.millrace.engine.staging.Tail;
import org.millrace.engine.views.LogFolder.Stream;
import org.millrace.runtimes.container.AttemptPlace.Ended;
import org.millrace.runtimes.container.AttemptPlace.ExecutorPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers what an attempt left: results, outputs, and what people should know. */
record Harvest(ContainerSettings settings, StageOut stageOut) {
  private static final Logger LOG = LoggerFactory.getLogger(Harvest.class);
  private static final int HIGHEST_SIGNAL = 64;
  private static final int MOST_NOTES = 50;
  private static final StageOut.Stored NOTHING_STORED =
      new StageOut.Stored(List.of(), Optional.empty(), List.of());

  /** Of an attempt none of whose containers runs any more. */
  Collected collect(ContainerAttempt attempt, ComputeEnd end) throws InterruptedException {
    try {
      List<ExecutorResult> results = new ArrayList<>();
      Optional<Cause> why = Optional.empty();
      for (int i = 0; i < attempt.executors(); i++) {
        Optional<Ended> ended = attempt.place().ended(i);
        if (ended.isEmpty()) {
          break;
        }
        results.add(result(attempt, i, ended.get()));
        why = whyFailed(attempt, i, ended.get());
      }
      boolean succeeded = end instanceof ComputeEnd.Ran && allWell(attempt, results);
      StageOut.Stored stored = wantsOutputs(end) ? store(attempt, succeeded) : NOTHING_STORED;
      List<String> notes =
          new ArrayList<>(attempt.place().notes().stream().distinct().limit(MOST_NOTES).toList());
      notes.addAll(inexact(attempt, results.size()));
      notes.addAll(cut(attempt, results.size()));
      notes.addAll(stored.notes());
      SmallFiles.Found read = SmallFiles.read(attempt.work().reads(), attempt.tree());
      notes.addAll(read.notes());
      return new Collected(
          results, stored.files(), stored.problem(), why, images(attempt), read.value(), notes);
    } catch (IOException failed) {
      LOG.warn("attempt={} could not be collected", attempt.place().name(), failed);
      Cause cause =
          new Cause(
              "not-collected", "the attempt's folder is unreadable: " + Disk.reason(failed), "");
      return new Collected(
          List.of(), List.of(), Optional.of(cause), Optional.empty(), List.of(cause.toString()));
    }
  }

  private StageOut.Stored store(ContainerAttempt attempt, boolean succeeded)
      throws InterruptedException {
    return stageOut.storeAll(
        attempt.work().outputs(), attempt.tree(), succeeded, attempt.order().progress());
  }

  private static boolean wantsOutputs(ComputeEnd end) {
    return switch (end) {
      case ComputeEnd.Ran _, ComputeEnd.Answered _, ComputeEnd.Broken _ -> true;
      case ComputeEnd.Stopped(boolean storeOutputs) -> storeOutputs;
      case ComputeEnd.Lost _ -> false;
    };
  }

  private static boolean allWell(ContainerAttempt attempt, List<ExecutorResult> results) {
    if (results.size() < attempt.executors()) {
      return false;
    }
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).exitCode() != 0 && !attempt.executor(i).ignoreError()) {
        return false;
      }
    }
    return true;
  }

  private ExecutorResult result(ContainerAttempt attempt, int executor, Ended ended)
      throws IOException {
    int signal = ended.exitCode() - 128;
    return new ExecutorResult(
        ended.exitCode(),
        signal > 0 && signal <= HIGHEST_SIGNAL ? OptionalInt.of(signal) : OptionalInt.empty(),
        ended.outOfMemory(),
        Instant.ofEpochMilli(ended.start()),
        Instant.ofEpochMilli(ended.end()),
        usage(ended),
        Tail.of(attempt.log(executor, Stream.STDOUT), settings.tailBytes()),
        Tail.of(attempt.log(executor, Stream.STDERR), settings.tailBytes()));
  }

  private static Usage usage(Ended ended) {
    return new Usage(
        Optional.of(ended.cpuNanos()).filter(nanos -> nanos >= 0).map(Duration::ofNanos),
        Optional.of(ended.peakMemory()).filter(bytes -> bytes >= 0),
        ended.measuredBy());
  }

  /** Where more is known than the exit code tells. */
  private Optional<Cause> whyFailed(ContainerAttempt attempt, int executor, Ended ended) {
    if (ended.outOfMemory()) {
      long bytes = settings.limits(attempt.order().spec().resources()).bytes();
      return Optional.of(
          Cause.ofCaller(
              "out-of-memory",
              "executor "
                  + executor
                  + ": was killed because it used more than its "
                  + bytes
                  + " bytes of memory",
              "ask for more with resources.ram_gb"));
    }
    return ended.code().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Cause.ofCaller(
                ended.code(), "executor " + executor + ": " + ended.message(), ended.help()));
  }

  private static List<String> inexact(ContainerAttempt attempt, int executors) {
    var notes = new ArrayList<String>();
    for (int i = 0; i < executors; i++) {
      if (attempt.place().isInexact(i)) {
        notes.add(
            "the log of executor "
                + i
                + " is as the engine kept it while this server was away: bytes that are no text"
                + " are replaced");
      }
    }
    return notes;
  }

  private static List<String> cut(ContainerAttempt attempt, int executors) throws IOException {
    var notes = new ArrayList<String>();
    for (int i = 0; i < executors; i++) {
      for (Stream stream : Stream.values()) {
        Path log = attempt.log(i, stream);
        long most = attempt.mostOf(i, stream);
        if (Files.exists(log) && Files.size(log) >= most) {
          notes.add(
              "executor %d: of its %s the log keeps the first %d bytes; the rest was cut"
                  .formatted(i, stream.name().toLowerCase(Locale.ROOT), most));
        }
      }
    }
    return notes;
  }

  /** Which images ran, by the names that the task gave them. */
  private static Optional<String> images(ContainerAttempt attempt) {
    var images = new LinkedHashSet<String>();
    List<ExecutorPlan> plans =
        attempt.place().prepared().map(AttemptPlace.Prepared::executors).orElse(List.of());
    for (int i = 0; i < plans.size(); i++) {
      ExecutorPlan plan = plans.get(i);
      images.add(
          OneLine.of(attempt.executor(i).image())
              + " = "
              + plan.imageId()
              + (plan.digest().isEmpty() ? "" : " (" + plan.digest() + ")"));
    }
    return images.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", images));
  }
}
