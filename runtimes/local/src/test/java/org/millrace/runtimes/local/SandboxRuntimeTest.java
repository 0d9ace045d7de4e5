package org.millrace.runtimes.local;

import java.io.IOException;

final class SandboxRuntimeTest extends LocalRuntimeContract {
  @Override
  LocalRuntime open(TestHost host) throws IOException {
    return host.sandbox();
  }
}
