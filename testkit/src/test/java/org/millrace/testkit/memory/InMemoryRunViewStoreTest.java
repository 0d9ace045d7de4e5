package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.RunViewStoreContract;

final class InMemoryRunViewStoreTest extends RunViewStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
