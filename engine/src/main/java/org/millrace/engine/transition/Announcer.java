package org.millrace.engine.transition;

import java.util.List;
import org.millrace.domain.task.Transition;
import org.millrace.engine.delivery.Delivery;

/** What peers are to be told of a change; stored in its transaction. Pure. */
@FunctionalInterface
public interface Announcer {

  /** Tells nobody anything. */
  Announcer NOBODY = _ -> List.of();

  List<Delivery.Draft> tell(Transition.Changed change);
}
