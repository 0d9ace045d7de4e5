package org.millrace.domain.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.value.Value;

/**
 * What is known of one attempt, added to while it goes on. Immutable; each step stores a new one.
 *
 * @param checkpoints small facts of the runtime that must survive a crash between two steps
 * @param steps when each step ended, in order: {@code prepared}, {@code started}, {@code awaited},
 *     {@code collected}
 * @param image identity of what ran, if the runtime knows it
 * @param value what it left for those after it: files that were read, replies, results
 * @param notes lines for people: warnings, causes, what was left out
 */
public record AttemptReport(
    Map<String, String> checkpoints,
    Map<String, Instant> steps,
    List<ExecutorResult> executors,
    List<StoredFile> inputs,
    List<StoredFile> outputs,
    Optional<String> image,
    Optional<Value> value,
    List<String> notes) {

  /** The step after which the work is under way. */
  public static final String STARTED = "started";

  public static final AttemptReport EMPTY =
      new AttemptReport(
          Map.of(),
          Map.of(),
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of());

  public AttemptReport {
    checkpoints = Map.copyOf(checkpoints);
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
    executors = List.copyOf(executors);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    notes = List.copyOf(notes);
  }

  public AttemptReport withCheckpoint(String key, String fact) {
    var more = new LinkedHashMap<>(checkpoints);
    more.put(key, fact);
    return new AttemptReport(more, steps, executors, inputs, outputs, image, value, notes);
  }

  public AttemptReport withStep(String step, Instant at) {
    var more = new LinkedHashMap<>(steps);
    more.putIfAbsent(step, at);
    return new AttemptReport(checkpoints, more, executors, inputs, outputs, image, value, notes);
  }

  public AttemptReport withInputs(List<StoredFile> files) {
    return new AttemptReport(checkpoints, steps, executors, files, outputs, image, value, notes);
  }

  public AttemptReport withValue(Value left) {
    return new AttemptReport(
        checkpoints, steps, executors, inputs, outputs, image, Optional.of(left), notes);
  }

  /** A peer told how it ended, and this of it; nothing else is there to be collected. */
  public AttemptReport answered(Value said, Instant at) {
    return withStep("awaited", at).withStep("collected", at).withValue(said);
  }

  public AttemptReport withNotes(List<String> lines) {
    var more = new ArrayList<>(notes);
    more.addAll(lines);
    return new AttemptReport(checkpoints, steps, executors, inputs, outputs, image, value, more);
  }

  /**
   * A line that takes the place of earlier ones of the same beginning.
   *
   * @param beginning how the line begins, and no other one does
   */
  public AttemptReport withLatest(String beginning, String rest) {
    var lines = new ArrayList<>(notes);
    lines.removeIf(line -> line.startsWith(beginning));
    lines.add(beginning + rest);
    return new AttemptReport(checkpoints, steps, executors, inputs, outputs, image, value, lines);
  }

  /** What the runtime found at the end, added to what was noted on the way. */
  public AttemptReport withCollected(
      List<ExecutorResult> ran,
      List<StoredFile> stored,
      Optional<String> image,
      Optional<Value> left,
      List<String> lines) {
    return new AttemptReport(checkpoints, steps, ran, inputs, stored, image, left, notes)
        .withNotes(lines);
  }
}
