package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.RunIntakeStoreContract;

final class InMemoryRunIntakeStoreTest extends RunIntakeStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
