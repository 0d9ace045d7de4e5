package org.millrace.broker;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.testkit.runtime.Waiting;

/**
 * Debian's RabbitMQ, with folders, ports, name, cookie and port mapper of its own. It can be
 * stopped, killed and started again; queues survive that.
 */
final class RabbitNode implements AutoCloseable {
  static final Account GUEST = new Account("guest", "guest");
  private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
  private final Path folder;
  private final int port = freePort();
  private final int tlsPort = freePort();
  private final int managementPort = freePort();
  private final int clusterPort = freePort();
  private final int mapperPort = freePort();
  private final Process mapper;
  private @Nullable Process server;

  /**
   * Starts one. Skips the test where RabbitMQ is not installed; never in CI.
   *
   * @param settings further lines of its configuration
   */
  static RabbitNode start(Path folder, boolean management, String... settings) throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(SERVER) || System.getenv("CI") != null,
        "needs RabbitMQ: apt-get install rabbitmq-server");
    var node = new RabbitNode(folder, management, List.of(settings));
    node.start();
    return node;
  }

  private RabbitNode(Path folder, boolean management, List<String> settings) throws IOException {
    this.folder = Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("rabbitmq.conf"),
        """
        listeners.tcp.1 = 127.0.0.1:%d
        management.tcp.ip = 127.0.0.1
        management.tcp.port = %d
        collect_statistics_interval = 1000
        %s
        """
            .formatted(
                port,
                managementPort,
                String.join("\n", settings).replace("TLS_PORT", "" + tlsPort)));
    Files.writeString(
        folder.resolve("enabled_plugins"), management ? "[rabbitmq_management]." : "[].");
    var builder = new ProcessBuilder("epmd", "-port", "" + mapperPort, "-address", "127.0.0.1");
    this.mapper = builder.redirectErrorStream(true).redirectOutput(log("epmd")).start();
  }

  /** Starts it again where it was stopped; returns when it takes connections. */
  void start() throws Exception {
    var builder = new ProcessBuilder(SERVER.toString());
    var environment = builder.environment();
    environment.put("HOME", folder.toString());
    environment.put("ERL_EPMD_PORT", "" + mapperPort);
    environment.put("RABBITMQ_NODENAME", "test" + port + "@localhost");
    environment.put("RABBITMQ_NODE_PORT", "" + port);
    environment.put("RABBITMQ_DIST_PORT", "" + clusterPort);
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_SERVER_ERL_ARGS", "-noinput +S 2:2 +sbwt none");
    environment.put("RABBITMQ_ALLOW_INPUT", "1"); // so that the process is the server itself
    Process started = builder.redirectErrorStream(true).redirectOutput(log("server")).start();
    server = started;
    Waiting.until(() -> {
      if (!started.isAlive()) {
        throw new AssertionError("RabbitMQ ended: " + Files.readString(log("server").toPath()));
      }
      return answers();
    });
  }

  private boolean answers() {
    var factory = new ConnectionFactory();
    factory.setPort(port);
    factory.setHost("127.0.0.1");
    try (Connection connection = factory.newConnection()) {
      return connection.isOpen();
    } catch (IOException | TimeoutException notYet) {
      return false;
    }
  }

  private java.io.File log(String name) {
    return folder.resolve(name + ".out").toFile();
  }

  /** Ends it as an administrator would. */
  void stop() throws InterruptedException {
    end(false);
  }

  /** Ends it as a power cut would. */
  void kill() throws InterruptedException {
    end(true);
  }

  private void end(boolean atOnce) throws InterruptedException {
    Process running = server;
    if (running == null) {
      return;
    }
    server = null;
    List<ProcessHandle> all = running.toHandle().descendants().toList();
    if (atOnce) {
      all.forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
    } else {
      running.destroy();
    }
    if (!running.waitFor(30, TimeUnit.SECONDS)) {
      all.forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly().waitFor();
    }
  }

  int port() {
    return port;
  }

  int tlsPort() {
    return tlsPort;
  }

  int managementPort() {
    return managementPort;
  }

  @Override
  public void close() {
    try {
      kill();
      mapper.destroyForcibly().waitFor();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  static int freePort() {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
