package org.millrace.dane;

import java.util.List;
import java.util.Optional;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.Dependencies;
import org.millrace.engine.documents.Wanted;

/**
 * The tasks that a worker named as missing with its 412 ({@code contracts/dane.md 4.6, 4.7}): keys,
 * or tasks in one of the forms of 2.2, with arguments. Pure.
 */
final class DaneDependencies implements Dependencies {
  /** A worker names a few; whoever names more is not believed. */
  static final int MOST = 1_000;

  @Override
  public List<Wanted> named(FaceState face) {
    if (face.number() != DaneAnswer.UNFINISHED_DEPENDENCY
        || !(face.also().values().get(DaneStates.DEPENDENCIES)
            instanceof Value.Items(List<Value> entries))) {
      return List.of();
    }
    return entries.stream().map(DaneDependencies::wanted).flatMap(Optional::stream).toList();
  }

  private static Optional<Wanted> wanted(Value entry) {
    try {
      GivenTask task =
          entry instanceof Value.Text(String key) ? GivenTask.ofKey(key) : GivenTask.of(entry);
      return Optional.of(new Wanted(task.key(), task.priority(), task.args()));
    } catch (Refusal _) {
      return Optional.empty();
    }
  }
}
