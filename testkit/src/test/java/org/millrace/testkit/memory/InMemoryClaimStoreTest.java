package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.ClaimStoreContract;

final class InMemoryClaimStoreTest extends ClaimStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
