package org.millrace.engine.views;

import java.util.Optional;
import org.millrace.domain.failure.Cause;

/** Whether the store takes writes: what readiness says. */
public interface StoreHealth {

  /**
   * Why nothing can be stored at the moment; empty as soon as writing works again. Cheap,
   * thread-safe.
   */
  Optional<Cause> trouble();
}
