package org.millrace.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Exchange;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.Queue;
import org.apache.qpid.server.model.State;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.millrace.engine.workers.WorkerBroker.Binding;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;

/** Qpid Broker-J, running. */
final class QpidServer implements AutoCloseable {
  private static final String KEY = "broker.port";
  private static final int MOST_LOOKED_AT = 100;
  private static final String START = "start-";
  private static final String JSON = ".json";
  private final SystemLauncher launcher;
  private final int port;
  private final VirtualHost<?> queues;

  private QpidServer(SystemLauncher launcher, int port, VirtualHost<?> queues) {
    this.launcher = launcher;
    this.port = port;
    this.queues = queues;
  }

  /** Returns when it listens and has its messages. */
  static QpidServer start(EmbeddedConfig config, String ownPassword) {
    tryPort(config);
    var settings = new QpidSettings(config, ownPassword);
    var launched = new Launched();
    var launcher = new SystemLauncher(launched);
    try {
      launch(launcher, settings, config);
      Broker<?> broker = launched.broker(config);
      return new QpidServer(launcher, port(broker, config), virtualHost(broker, config));
    } catch (IOException | RuntimeException fault) {
      launcher.shutdown();
      throw fault instanceof CannotListen listen ? listen : cannotStart(config, fault);
    }
  }

  /** Qpid would tell of a port that is taken after seconds, and in its log with a stack trace. */
  static void tryPort(EmbeddedConfig config) {
    try (var probe = new ServerSocket()) {
      probe.bind(
          config.address().equals("*")
              ? new InetSocketAddress(config.port())
              : new InetSocketAddress(config.address(), config.port()));
    } catch (IOException taken) {
      throw cannotListen(config);
    }
  }

  private static void launch(SystemLauncher launcher, QpidSettings settings, EmbeddedConfig config)
      throws IOException {
    Path folder = privateFolder(config.data());
    // The store's own log: it would be made where the server was started from.
    System.setProperty("derby.stream.error.file", folder.resolve("store.log").toString());
    forgetEarlierStarts(folder);
    // Qpid reads it once, at the start. It holds passwords.
    Path initial =
        Files.createTempFile(
            folder,
            START,
            JSON,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(initial, settings.initialConfiguration(folder.resolve("messages")));
      var attributes = new HashMap<String, Object>();
      attributes.put(SystemConfig.TYPE, "Memory");
      attributes.put(SystemConfig.INITIAL_CONFIGURATION_LOCATION, initial.toUri().toString());
      attributes.put(SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT, false);
      attributes.put(SystemConfig.CONTEXT, settings.context(folder));
      launcher.startup(attributes);
    } catch (IOException | RuntimeException fault) {
      throw fault;
    } catch (Exception fault) { // the library's signature
      throw new IOException(fault);
    } finally {
      Files.deleteIfExists(initial);
    }
  }

  /** A process that was killed while it started could not remove its file. */
  private static void forgetEarlierStarts(Path folder) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, START + "*" + JSON)) {
      for (Path start : left) {
        Files.deleteIfExists(start);
      }
    }
  }

  private static Path privateFolder(Path data) throws IOException {
    var mine = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(data, PosixFilePermissions.asFileAttribute(mine));
    Files.setPosixFilePermissions(data, mine);
    return data.toAbsolutePath();
  }

  /** Qpid tells of its start by calling. */
  private static final class Launched extends DefaultSystemLauncherListener {
    private final AtomicReference<@Nullable SystemConfig<?>> system = new AtomicReference<>();
    private final AtomicReference<@Nullable RuntimeException> fault = new AtomicReference<>();

    @Override
    public void onContainerResolve(SystemConfig<?> config) {
      system.set(config);
    }

    @Override
    public void errorOnStartup(RuntimeException error) {
      fault.set(error);
    }

    Broker<?> broker(EmbeddedConfig config) {
      SystemConfig<?> resolved = system.get();
      RuntimeException error = fault.get();
      if (error != null || resolved == null) {
        throw cannotStart(config, error == null ? new IllegalStateException("no broker") : error);
      }
      return (Broker<?>) resolved.getContainer();
    }
  }

  private static int port(Broker<?> broker, EmbeddedConfig config) {
    Port<?> port = broker.getPorts().iterator().next();
    if (port.getState() != State.ACTIVE) {
      throw cannotListen(config);
    }
    return port.getBoundPort();
  }

  private static CannotListen cannotListen(EmbeddedConfig config) {
    return new CannotListen(
        "the embedded broker cannot listen on "
            + config.address()
            + ":"
            + config.port()
            + ": the port is taken, or not ours to take, or the address is none of this machine;"
            + " change "
            + KEY
            + " or broker.host, or end what listens there");
  }

  private static VirtualHost<?> virtualHost(Broker<?> broker, EmbeddedConfig config) {
    VirtualHost<?> host = broker.getVirtualHostNodes().iterator().next().getVirtualHost();
    if (host == null || host.getState() != State.ACTIVE) {
      throw cannotStart(config, new IllegalStateException("its messages cannot be opened"));
    }
    return host;
  }

  private static IllegalStateException cannotStart(EmbeddedConfig config, Throwable fault) {
    return new IllegalStateException(
        "the embedded broker cannot start with its messages in "
            + config.data()
            + ": another server may use them, or the disk is full or broken; the log says more",
        fault);
  }

  int port() {
    return port;
  }

  /** How many messages lie in a queue; empty if there is no such queue. */
  OptionalLong messages(String name) {
    for (Queue<?> queue : queues.getChildren(Queue.class)) {
      if (queue.getName().equals(name)) {
        return OptionalLong.of(queue.getQueueDepthMessages());
      }
    }
    return OptionalLong.empty();
  }

  /** All queues, with what binds them to these exchanges now. */
  List<WorkerQueue> queues(List<String> exchanges) {
    Map<String, List<Binding>> bindings = new HashMap<>();
    for (Exchange<?> exchange : queues.getChildren(Exchange.class)) {
      if (exchanges.contains(exchange.getName())) {
        exchange
            .getBindings()
            .forEach(binding ->
                bindings
                    .computeIfAbsent(binding.getDestination(), _ -> new ArrayList<>())
                    .add(new Binding(exchange.getName(), binding.getBindingKey())));
      }
    }
    return queues.getChildren(Queue.class).stream()
        .map(queue ->
            new WorkerQueue(
                queue.getName(),
                bindings.getOrDefault(queue.getName(), List.of()),
                queue.getConsumerCount(),
                queue.getQueueDepthMessages(),
                isGivenBack(queue)))
        .toList();
  }

  /** As far as its first messages tell: what is given back goes to the front. */
  private static boolean isGivenBack(Queue<?> queue) {
    var looked = new AtomicInteger();
    var found = new AtomicBoolean();
    queue.visit(entry -> {
      found.compareAndSet(false, entry.isRedelivered());
      return found.get() || looked.incrementAndGet() == MOST_LOOKED_AT;
    });
    return found.get();
  }

  @Override
  public void close() {
    launcher.shutdown();
  }
}
