package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.StoreModelContract;

/** The model against itself: two of them answer alike, so nothing in it depends on chance. */
final class InMemoryStoreModelTest extends StoreModelContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
