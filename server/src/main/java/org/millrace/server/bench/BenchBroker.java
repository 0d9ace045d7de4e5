package org.millrace.server.bench;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.millrace.server.TemporaryFolder;

/**
 * The RabbitMQ that a measurement uses: one that the caller names, else one of its own on free
 * ports of loopback in a temporary folder, gone with it.
 */
final class BenchBroker implements AutoCloseable {
  /** Of the measurement's own, so that a named broker's other users are left alone. */
  static final String EXCHANGE = "millrace-bench";

  /** The same for answers. */
  static final String ANSWERS = "millrace-bench-answers";

  private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
  private static final long MOST_SECONDS_TO_START = 120;
  private static final long MOST_SECONDS_TO_END = 30;
  private static final String GUEST = "guest";

  private final URI address;
  private final Optional<Own> own;

  private BenchBroker(URI address, Optional<Own> own) {
    this.address = address;
    this.own = own;
  }

  /** What was started, the port mapper first. */
  private record Own(TemporaryFolder folder, Process mapper, Process node) {
    void end() throws IOException {
      List<ProcessHandle> all = new ArrayList<>(node.descendants().toList());
      node.destroy();
      node.onExit().completeOnTimeout(node, MOST_SECONDS_TO_END, TimeUnit.SECONDS).join();
      all.forEach(ProcessHandle::destroyForcibly);
      node.destroyForcibly().onExit().join();
      mapper.destroyForcibly().onExit().join();
      folder.close();
    }
  }

  /**
   * Takes the one that is named, or starts one.
   *
   * @param named {@code amqp://user:password@host:port}; without it one is started
   * @throws IOException saying what this machine lacks, or what is wrong with the address
   */
  static BenchBroker open(Optional<String> named) throws IOException, InterruptedException {
    return named.isPresent()
        ? new BenchBroker(address(named.get()), Optional.empty())
        : started(TemporaryFolder.create("millrace-bench-broker"));
  }

  private static URI address(String text) throws IOException {
    try {
      URI address = new URI(text);
      if ("amqp".equals(address.getScheme()) && address.getHost() != null) {
        return address;
      }
    } catch (URISyntaxException _) {
      // told below
    }
    throw new IOException(
        "--broker: an address like amqp://guest:guest@localhost:5672, not " + text);
  }

  private static BenchBroker started(TemporaryFolder folder)
      throws IOException, InterruptedException {
    if (!Files.isExecutable(SERVER)) {
      folder.close();
      throw new IOException(
          "no RabbitMQ to measure with: apt-get install rabbitmq-server, or name one by --broker");
    }
    int port = AmqpPort.free();
    int names = AmqpPort.free();
    Path log = folder.path().resolve("log.txt");
    Process mapper =
        logged(new ProcessBuilder("epmd", "-port", "" + names, "-address", "127.0.0.1"), log);
    var address = URI.create("amqp://" + GUEST + ":" + GUEST + "@127.0.0.1:" + port);
    Process node = logged(node(folder.path(), port, names), log);
    var broker = new BenchBroker(address, Optional.of(new Own(folder, mapper, node)));
    if (!AmqpPort.awaitGreeting(address.getHost(), port, node, MOST_SECONDS_TO_START)) {
      String words = Files.readString(log);
      broker.close();
      throw new IOException("RabbitMQ did not start: " + words);
    }
    return broker;
  }

  private static Process logged(ProcessBuilder builder, Path log) throws IOException {
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static ProcessBuilder node(Path folder, int port, int names) throws IOException {
    Files.writeString(folder.resolve("rabbitmq.conf"), "listeners.tcp.1 = 127.0.0.1:" + port);
    Files.writeString(folder.resolve("plugins"), "[].");
    var builder = new ProcessBuilder(SERVER.toString());
    var environment = builder.environment();
    environment.put("HOME", folder.toString());
    environment.put("ERL_EPMD_PORT", "" + names);
    environment.put("RABBITMQ_NODENAME", "bench" + port + "@localhost");
    environment.put("RABBITMQ_NODE_PORT", "" + port);
    environment.put("RABBITMQ_DIST_PORT", "" + AmqpPort.free());
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("plugins").toString());
    environment.put("RABBITMQ_SERVER_ERL_ARGS", "-noinput +sbwt none");
    environment.put("RABBITMQ_ALLOW_INPUT", "1"); // so that the process is the server itself
    return builder;
  }

  String host() {
    return address.getHost();
  }

  int port() {
    return address.getPort() < 0 ? 5672 : address.getPort();
  }

  String user() {
    return account()[0];
  }

  String password() {
    return account()[1];
  }

  private String[] account() {
    String said = address.getUserInfo();
    String[] parts = said == null ? new String[0] : said.split(":", 2);
    return parts.length == 2 ? parts : new String[] {GUEST, GUEST};
  }

  /** A connection of the plain client, which does not reconnect. */
  Connection connect(String name) throws IOException {
    var factory = new ConnectionFactory();
    factory.setHost(host());
    factory.setPort(port());
    factory.setUsername(user());
    factory.setPassword(password());
    factory.setAutomaticRecoveryEnabled(false);
    try {
      return factory.newConnection(name);
    } catch (TimeoutException late) {
      throw new IOException("the broker at " + host() + ":" + port() + " does not answer", late);
    }
  }

  /** Memory that it has in use, bytes; empty if it is not ours. */
  OptionalLong residentBytes() throws IOException {
    return own.isPresent()
        ? OptionalLong.of(ServerProcess.residentBytes(own.get().node().pid()))
        : OptionalLong.empty();
  }

  /** Ends what was started; at a named one, removes what was declared. */
  @Override
  public void close() throws IOException {
    if (own.isPresent()) {
      own.get().end();
      return;
    }
    try (Connection connection = connect("bench end")) {
      Channel channel = connection.createChannel();
      for (String queue : List.of(ANSWERS, PlainMessages.QUEUE, SdkWorkers.QUEUE)) {
        channel.queueDelete(queue); // harmless where there is none
      }
      channel.exchangeDelete(EXCHANGE);
    }
  }
}
