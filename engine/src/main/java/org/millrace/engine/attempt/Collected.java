package org.millrace.engine.attempt;

import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.value.Value;

/**
 * What an attempt left: results, and what was there and what was missing.
 *
 * @param executors those that ran, in order
 * @param outputs every file that was stored
 * @param outputProblem why not all declared outputs were stored
 * @param whyFailed why the last executor that ran failed, where the runtime knows more than its
 *     exit code tells
 * @param image identity of what ran, if known
 * @param value what it left for those after it
 * @param notes lines for people
 */
public record Collected(
    List<ExecutorResult> executors,
    List<StoredFile> outputs,
    Optional<Cause> outputProblem,
    Optional<Cause> whyFailed,
    Optional<String> image,
    Optional<Value> value,
    List<String> notes) {

  public static final Collected NOTHING =
      new Collected(List.of(), List.of(), Optional.empty(), Optional.empty(), List.of());

  /** What a runtime found that knows of its executors only how they exited. */
  public Collected(
      List<ExecutorResult> executors,
      List<StoredFile> outputs,
      Optional<Cause> outputProblem,
      Optional<String> image,
      List<String> notes) {
    this(executors, outputs, outputProblem, Optional.empty(), image, Optional.empty(), notes);
  }

  /** What was found of work without executors that ended well. */
  public static Collected of(Value value) {
    return new Collected(
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(value),
        List.of());
  }

  /** What was found of work without executors that failed. */
  public static Collected failed(Cause why, Value value) {
    return new Collected(
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.of(why),
        Optional.empty(),
        Optional.of(value),
        List.of());
  }

  public Collected {
    executors = List.copyOf(executors);
    outputs = List.copyOf(outputs);
    notes = List.copyOf(notes);
  }
}
