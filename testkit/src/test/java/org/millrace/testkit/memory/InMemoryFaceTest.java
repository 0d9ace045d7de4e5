package org.millrace.testkit.memory;

import org.millrace.engine.StorePorts;
import org.millrace.testkit.store.FaceContract;

final class InMemoryFaceTest extends FaceContract {
  @Override
  protected StorePorts open() {
    return new InMemoryStore().ports();
  }
}
