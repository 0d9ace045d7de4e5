package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.DocumentViewStoreContract;

final class InMemoryDocumentViewStoreTest extends DocumentViewStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
