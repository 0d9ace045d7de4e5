package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.TransitionStoreContract;

final class InMemoryTransitionStoreTest extends TransitionStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
