package org.millrace.runtimes.local;

import java.io.IOException;

final class ProcessWithoutGroupsTest extends LocalRuntimeContract {
  @Override
  LocalRuntime open(TestHost testHost) throws IOException {
    return testHost.withoutGroups().process();
  }

  @Override
  String measuredBy() {
    return "sampled";
  }
}
