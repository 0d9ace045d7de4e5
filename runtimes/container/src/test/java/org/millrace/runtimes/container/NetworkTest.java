package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.runtimes.container.ContainerSettings.Pull;
import org.millrace.runtimes.container.ContainerSettings.RunAs;
import org.millrace.runtimes.container.ContainerSettings.Sharing;
import org.millrace.testkit.runtime.TestEngine;
import org.millrace.testkit.runtime.TestTask;

/** Which network containers are in. */
@Timeout(120)
class NetworkTest {
  @TempDir Path temp;

  @Test
  void by_default_containers_are_in_the_engines_bridge() throws Exception {
    Assumptions.assumeTrue(Integer.getInteger("millrace.kills", 1) >= 20, "under -Pfull: 10 s");
    Assumptions.assumeFalse(
        Files.exists(Path.of("/sys/class/net/docker0")), "another engine has the bridge");
    TestEngine engine =
        TestEngine.own(Files.createDirectory(temp.resolve("e")), "--bip=172.30.251.1/28");
    try {
      assertThat(interfaces(engine, "bridge")).contains("eth0");
      assertThat(interfaces(engine, "none")).isEqualTo("lo\n");
    } finally {
      engine.stopAndRemove();
      new ProcessBuilder("ip", "link", "delete", "docker0").start().waitFor();
    }
  }

  @Test
  void a_network_that_is_not_there_is_named_and_not_the_executors_fault() throws Exception {
    var site = new TestSite(temp, TestEngine.shared().host());
    TestTask task = new TestTask(ContainerRuntime.NAME).runs("true");
    try (ContainerRuntime runtime =
        site.open(site.settings(Pull.MISSING, RunAs.AUTO, Sharing.AUTO, "nowhere"))) {
      runtime.prepare(task);
      runtime.start(task);
      ComputeEnd end = runtime.await(task);

      assertThat(end)
          .isInstanceOfSatisfying(
              ComputeEnd.Broken.class,
              broken -> {
                assertThat(broken.cause().message()).contains("nowhere");
                assertThat(broken.cause().help()).contains("container.network");
              });
      assertThat(runtime.collect(task, end).executors()).isEmpty();
      runtime.clean(task.handle());
      assertThat(runtime.survivors()).isEmpty();
    }
  }

  private String interfaces(TestEngine engine, String network) throws Exception {
    var site = new TestSite(temp.resolve(network), engine.host());
    Files.createDirectory(temp.resolve(network));
    TestTask task = new TestTask(ContainerRuntime.NAME).runs("ls", "/sys/class/net");
    try (ContainerRuntime runtime =
        site.open(site.settings(Pull.MISSING, RunAs.AUTO, Sharing.AUTO, network))) {
      runtime.prepare(task);
      runtime.start(task);
      Collected collected = runtime.collect(task, runtime.await(task));
      runtime.clean(task.handle());
      return collected.executors().getFirst().stdout();
    }
  }
}
