package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.DocumentRunStoreContract;

final class InMemoryDocumentRunStoreTest extends DocumentRunStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
