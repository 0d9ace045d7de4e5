package org.millrace.sdk;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A RabbitMQ of the tests' own: free ports on loopback, a folder and a name server of its own,
 * ended by the ids of what it started. It keeps its data over {@link #kill} and {@link #start}.
 */
final class RabbitNode implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Linux gives 32768 and above to whoever asks for any. */
  private static final int FIRST_PORT = 20_000;

  private static final int PORTS = 12_000;

  /** From somewhere: other tests run beside these in processes of their own. */
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

  private static final byte[] HELLO = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

  private final Path folder;
  private final int port;
  private final int distributionPort;
  private final int namesPort;
  private final Process names;
  private @Nullable Process server;

  private RabbitNode(Path folder) throws IOException {
    this.folder = folder;
    this.port = freePort();
    this.distributionPort = freePort();
    this.namesPort = freePort();
    for (String inner : List.of("home", "data", "log")) {
      Files.createDirectory(folder.resolve(inner));
    }
    Files.writeString(folder.resolve("rabbitmq.conf"), "");
    Files.writeString(folder.resolve("environment"), "");
    Files.writeString(folder.resolve("plugins"), "[].");
    // Names are looked up here alone: a look into a network that is not there takes ten seconds.
    Files.writeString(
        folder.resolve("inetrc"),
        "{lookup,[file]}.\n{host,{127,0,0,1},[\"localhost\",\"%s\"]}.\n"
            .formatted(InetAddress.getLocalHost().getHostName()));
    this.names =
        process(List.of("epmd", "-port", String.valueOf(namesPort), "-address", "127.0.0.1"));
  }

  /** Starts one, or skips the test where there is none; never in CI. */
  static RabbitNode open() {
    Assumptions.assumeTrue(
        Files.isExecutable(PROGRAM) || System.getenv("CI") != null,
        "RabbitMQ is not installed (Debian: apt-get install rabbitmq-server): skipped");
    try {
      RabbitNode node = new RabbitNode(Files.createTempDirectory("millrace-rabbit"));
      try {
        node.start();
      } catch (IOException | RuntimeException | Error e) {
        node.close();
        throw e;
      }
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it, again with the data that it has, and returns when it takes connections. */
  void start() throws IOException {
    Process started = process(List.of(PROGRAM.toString()));
    server = started;
    Instant end = Instant.now().plus(PATIENCE);
    while (!takesConnections()) {
      if (!started.isAlive() || Instant.now().isAfter(end)) {
        throw new AssertionError(
            "RabbitMQ did not start:\n" + Files.readString(folder.resolve("out")));
      }
      pauseFor(started);
    }
  }

  /** Waits a little, or until the process has ended. */
  private static void pauseFor(Process process) {
    try {
      process.waitFor(50, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Whether somebody there answers the header of AMQP 0-9-1 with a method. */
  private boolean takesConnections() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write(HELLO);
      return socket.getInputStream().read() == 1;
    } catch (IOException e) {
      return false;
    }
  }

  /** As when the power fails. */
  void kill() {
    end(true);
  }

  /** As when an operator stops it. */
  void stop() {
    end(false);
  }

  private void end(boolean hard) {
    Process running = server;
    if (running == null) {
      return;
    }
    List<ProcessHandle> all = new ArrayList<>(running.descendants().toList());
    if (hard) {
      all.forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
    } else {
      running.destroy(); // the script passes it on
    }
    try {
      if (!running.waitFor(60, SECONDS)) {
        throw new AssertionError("RabbitMQ did not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (ProcessHandle left : all) {
      left.destroyForcibly();
      left.onExit().orTimeout(60, SECONDS).join();
    }
    server = null;
  }

  /** The defaults, with this broker and an exchange of this name. */
  Config config(String exchange) {
    return Config.defaults()
        .with("RABBITMQ.HOST", "127.0.0.1")
        .with("RABBITMQ.PORT", port)
        .with("RABBITMQ.EXCHANGE", exchange);
  }

  @Override
  public void close() throws IOException {
    kill();
    names.destroyForcibly();
    names.onExit().join();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    }
  }

  private Process process(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Map<String, String> environment = builder.environment();
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("ERL_EPMD_PORT", String.valueOf(namesPort));
    environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
    environment.put("ERL_INETRC", folder.resolve("inetrc").toString());
    environment.put("RABBITMQ_NODENAME", "millrace" + port + "@localhost");
    environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
    environment.put("RABBITMQ_NODE_PORT", String.valueOf(port));
    environment.put("RABBITMQ_DIST_PORT", String.valueOf(distributionPort));
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_CONF_ENV_FILE", folder.resolve("environment").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("plugins").toString());
    environment.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
        "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none");
    return builder.start();
  }

  /**
   * A port that nobody had just now, and never the same one twice. It is not among those that the
   * system gives to whoever asks for any: so nobody takes it while the broker is away.
   */
  private static int freePort() throws IOException {
    for (int tried = 0; tried < PORTS; tried++) {
      int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
      if (isFree(port)) {
        return port;
      }
    }
    throw new AssertionError("all ports from " + FIRST_PORT + " on are taken");
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (BindException taken) {
      return false;
    }
  }
}
