package org.millrace.runtimes.container;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;
import org.millrace.engine.staging.Transfers;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.engine.views.LogFolder;
import org.millrace.runtimes.container.ContainerSettings.Pull;
import org.millrace.runtimes.container.ContainerSettings.RunAs;
import org.millrace.runtimes.container.ContainerSettings.Sharing;
import org.millrace.testkit.runtime.MemoryTransfer;
import org.millrace.testkit.runtime.TestTask;

/** A server's surroundings with a work folder of the test's own. */
final class TestSite {
  private static final UrlSecrets SECRETS = new UrlSecrets(new byte[32]);

  final Path work;
  final MemoryTransfer transfer = new MemoryTransfer();
  private final EngineAddress engine;
  private long logLimit = 2L << 30;

  TestSite(Path temp, String engine) {
    this.work = temp.resolve("work");
    this.engine = new EngineAddress(engine);
  }

  /** Of what is opened from now on. */
  TestSite keeping(long bytesOfALog) {
    logLimit = bytesOfALog;
    return this;
  }

  /** None of those that the kernel gives to whoever asks for any, between this and its use. */
  static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
      try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (BindException _) {
        // somebody else's
      }
    }
  }

  LogFolder logs() {
    return new LogFolder(work.resolve("logs"));
  }

  ContainerSettings settings() {
    return settings(Pull.MISSING, RunAs.AUTO, Sharing.AUTO, "none");
  }

  ContainerSettings settings(Pull pull, RunAs user, Sharing files, String network) {
    return new ContainerSettings(
        engine,
        TestTask.SITE,
        work,
        24,
        2,
        512L << 20,
        256,
        10 * 1024,
        logLimit,
        network,
        pull,
        user,
        files);
  }

  ContainerRuntime open() throws IOException, InterruptedException {
    return open(settings());
  }

  ContainerRuntime open(ContainerSettings settings) throws IOException, InterruptedException {
    var transfers = new Transfers(List.of(transfer));
    return ContainerRuntime.open(
        settings,
        logs(),
        new StageIn(transfers, SECRETS, 1000),
        new StageOut(transfers, SECRETS, 1000));
  }
}
