package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.HeartbeatStoreContract;

final class InMemoryHeartbeatStoreTest extends HeartbeatStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
