package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.ViewStoreContract;

final class InMemoryViewStoreTest extends ViewStoreContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
