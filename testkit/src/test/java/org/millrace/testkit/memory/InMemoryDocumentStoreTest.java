package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.DocumentStoreContract;

final class InMemoryDocumentStoreTest extends DocumentStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
