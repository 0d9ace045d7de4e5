package org.millrace.runtimes.local;

import java.io.IOException;

final class SandboxWithoutGroupsTest extends LocalRuntimeContract {
  @Override
  LocalRuntime open(TestHost testHost) throws IOException {
    return testHost.withoutGroups().sandbox();
  }

  @Override
  String measuredBy() {
    return "sampled";
  }
}
