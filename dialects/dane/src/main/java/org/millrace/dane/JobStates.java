package org.millrace.dane;

import java.util.Map;
import java.util.Optional;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.value.Value;

/**
 * What is told of tasks of jobs. Their numbers and messages are those of every other task; beside
 * them stands what they answered last, until they answer anew ({@code contracts/dane.md 2.7}).
 * Pure.
 */
final class JobStates {
  /** Beside the state of every task of a job, and of no other one. */
  private static final String RESPONSE = "response";

  /** What a worker answered besides, as {@link JobProtocol} hands it over. */
  static final String MORE = "job-response";

  private static final Value.Fields NOTHING_FOUND = new Value.Fields(Map.of());

  /** What is told of one until its turn has come. */
  static final FaceState CREATED = with(DaneStates.CREATED, Value.NOTHING);

  private JobStates() {}

  /** Whether a task is one of a job. */
  static boolean isOne(FaceState face) {
    return face.also().values().containsKey(RESPONSE);
  }

  /** What it answered besides; nothing before its first answer. */
  static Value answered(FaceState face) {
    return face.also().values().getOrDefault(RESPONSE, Value.NOTHING);
  }

  /**
   * What is told of it now.
   *
   * @param after number and message
   * @param said what a worker answered, if this is an answer
   */
  static FaceState after(FaceState before, FaceState after, Optional<Value.Fields> said) {
    if (said.isPresent()
        && said.get().values().getOrDefault(MORE, NOTHING_FOUND) instanceof Value.Fields found) {
      return with(after, found);
    }
    boolean unroutable =
        after.number() == DaneStates.UNROUTABLE.number() && after.number() != before.number();
    return with(after, unroutable ? NOTHING_FOUND : answered(before));
  }

  private static FaceState with(FaceState face, Value response) {
    return new FaceState(
        face.number(), face.message(), new Value.Fields(Map.of(RESPONSE, response)));
  }
}
