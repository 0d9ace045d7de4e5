package org.millrace.testkit.broker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.millrace.testkit.runtime.Waiting;

/**
 * Debian's RabbitMQ, with folders, ports, name, cookie and port mapper of its own. It can be
 * stopped, killed and started again; queues survive that.
 */
public final class RabbitNode implements AutoCloseable {
  /** User and password of its one account. */
  public static final String GUEST = "guest";

  /** For a start, or an end in order, on a machine that does much else. */
  private static final Duration LONGEST_CHANGE = Duration.ofMinutes(2);

  private static final byte[] HELLO = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

  /** Linux gives 32768 and above to whoever asks for any. */
  private static final int FIRST_PORT = 20_000;

  private static final int PORTS = 12_000;

  /** From somewhere: other tests run beside these in processes of their own. */
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

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
  public static RabbitNode start(Path folder, boolean management, String... settings)
      throws Exception {
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
  public void start() throws Exception {
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
    Waiting.until(
        LONGEST_CHANGE,
        () -> {
          if (!started.isAlive()) {
            throw new AssertionError("RabbitMQ ended: " + Files.readString(log("server").toPath()));
          }
          return answers();
        });
  }

  /** Whether it greets who speaks AMQP 0-9-1 to it. */
  private boolean answers() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(HELLO);
      return socket.getInputStream().read() == 1; // a method follows
    } catch (IOException notYet) {
      return false;
    }
  }

  private File log(String name) {
    return folder.resolve(name + ".out").toFile();
  }

  /** Ends it as an administrator would. */
  public void stop() throws InterruptedException {
    end(false);
  }

  /** Ends it as a power cut would. */
  public void kill() throws InterruptedException {
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
    if (!running.waitFor(LONGEST_CHANGE.toSeconds(), TimeUnit.SECONDS)) {
      all.forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly().waitFor();
    }
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Where it does so in TLS, if its settings say {@code TLS_PORT}. */
  public int tlsPort() {
    return tlsPort;
  }

  /** Where its management plug-in listens, if it has that. */
  public int managementPort() {
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

  /**
   * A port of the loopback address that nobody had just now, and never the same one twice. It is
   * not among those that the system gives to whoever asks for any: so nobody takes it while a
   * server that is killed and started again is away.
   */
  public static int freePort() {
    for (int tried = 0; tried < PORTS; tried++) {
      int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
      if (isFree(port)) {
        return port;
      }
    }
    throw new AssertionError("all ports from " + FIRST_PORT + " on are taken");
  }

  private static boolean isFree(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (BindException taken) {
      return false;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
