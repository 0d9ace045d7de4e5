package org.millrace.engine.documents;

import java.util.List;
import org.millrace.domain.document.FaceState;

/** Which tasks a worker named as missing when it put one off. Pure. */
@FunctionalInterface
public interface Dependencies {

  /** A face whose workers name none. */
  Dependencies NONE = _ -> List.of();

  /**
   * In the worker's order; what cannot be understood is left out.
   *
   * @param face what is told of the task that was put off
   */
  List<Wanted> named(FaceState face);
}
