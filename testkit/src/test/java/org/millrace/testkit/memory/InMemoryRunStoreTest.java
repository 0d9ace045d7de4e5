package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.RunStoreContract;

final class InMemoryRunStoreTest extends RunStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
