package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.RetentionStoreContract;

final class InMemoryRetentionStoreTest extends RetentionStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
