package org.millrace.engine.transition;

import java.util.Optional;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Transition;

/**
 * What a face tells of an assigned task after a change of it; stored in the transaction of the
 * change. Pure.
 */
@FunctionalInterface
public interface FaceRule {

  /** For faces that keep no record of their own: it stays as it is. */
  FaceRule UNCHANGED = (before, _, _) -> before;

  /**
   * What is told from now on.
   *
   * @param report what this change says of the attempt that it begins, ends or goes on with
   */
  FaceState after(FaceState before, Transition.Changed changed, Optional<AttemptReport> report);
}
