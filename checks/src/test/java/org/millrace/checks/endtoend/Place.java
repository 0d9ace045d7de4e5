package org.millrace.checks.endtoend;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.millrace.testkit.runtime.TestEngine;

/** Where a server under test runs its tasks, up to 20 at once. */
enum Place {
  SANDBOX {
    @Override
    String[] settings() {
      Assumptions.assumeTrue(
          Files.isExecutable(Path.of("/usr/bin/bwrap")) || System.getenv("CI") != null,
          "bubblewrap is not installed");
      return new String[] {"runtimes.container=deny", "sandbox.slots=20", "sandbox.network=host"};
    }
  },

  /** Of an engine that has the images which TESP's examples and fixtures name. */
  CONTAINERS {
    @Override
    String[] settings() throws Exception {
      TestEngine engine = engine();
      return new String[] {
        "runtimes.container=allow",
        "container.host=" + engine.host(),
        "container.network=none",
        "container.pull=never",
        "container.slots=20",
        "container.cpu-cores=2"
      };
    }
  };

  private static boolean hasImages;

  private static synchronized TestEngine engine() throws Exception {
    TestEngine engine = TestEngine.shared();
    if (!hasImages) {
      for (String image : List.of("ubuntu:latest", "ubuntu:20.04", "alpine:latest")) {
        engine.plain(image, "CMD [\"sh\"]");
      }
      hasImages = true;
    }
    return engine;
  }

  /** What tells a server so. Skips the test where this machine lacks it; never in CI. */
  abstract String[] settings() throws Exception;
}
