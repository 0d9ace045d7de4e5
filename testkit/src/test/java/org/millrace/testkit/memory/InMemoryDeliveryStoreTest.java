package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.DeliveryStoreContract;

final class InMemoryDeliveryStoreTest extends DeliveryStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
