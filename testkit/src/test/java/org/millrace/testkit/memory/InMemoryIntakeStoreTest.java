package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.IntakeStoreContract;

final class InMemoryIntakeStoreTest extends IntakeStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
