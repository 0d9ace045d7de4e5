package org.millrace.runtimes.local;

import java.io.IOException;

final class ProcessRuntimeTest extends LocalRuntimeContract {
  @Override
  LocalRuntime open(TestHost host) throws IOException {
    return host.process();
  }
}
