package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.DeadLetterStoreContract;

final class InMemoryDeadLetterStoreTest extends DeadLetterStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
