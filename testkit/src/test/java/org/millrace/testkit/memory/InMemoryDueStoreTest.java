package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.DueStoreContract;

final class InMemoryDueStoreTest extends DueStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
