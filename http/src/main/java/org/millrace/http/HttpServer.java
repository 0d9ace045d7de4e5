package org.millrace.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.millrace.http.signin.SignIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: listeners, each with the faces it carries. Every request runs on a virtual
 * thread of its own, at most one per connection. Starting twice, closing early and closing twice
 * are harmless; a closed server stays closed.
 *
 * <p>On {@link #close} the listeners close at once, event and follow streams are ended, then
 * requests may finish for as long as the configuration says.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int MOST_HEADER_BYTES = 32 << 10;
  private static final Duration MOST_FOR_STREAMS = Duration.ofSeconds(1);

  // A proxy may send the absolute form with a Host of its own; RFC 9112, 3.2.2 says to ignore that.
  private static final HttpCompliance LIKE_RFC9112 =
      HttpCompliance.RFC9110.with("MILLRACE", HttpCompliance.Violation.MISMATCHED_AUTHORITY);

  private final HttpConfig config;
  private final Server jetty;
  private final Map<Listener, ServerConnector> connectors = new LinkedHashMap<>();
  private final OpenStreams streams;
  private boolean started;
  private boolean closed;

  /**
   * Listens on nothing yet.
   *
   * @param faces in the order in which they are asked for a path
   * @throws IllegalArgumentException if a listener names a face that is not there, two routes of a
   *     face collide, or the sign-in must not be used on a listener's address
   */
  public HttpServer(HttpConfig config, SignIn signIn, List<Face> faces, RequestObserver observer) {
    this.config = config;
    this.jetty = new Server(threads());
    this.streams = new OpenStreams(config.mostStreams());
    var carried = new HashMap<Connector, CarriedFaces>();
    for (Listener listener : config.listeners()) {
      List<Face> here = facesOf(listener, faces);
      here.forEach(face -> checkAddress(listener, face.signIn().orElse(signIn)));
      ServerConnector connector = connector(listener);
      connectors.put(listener, connector);
      carried.put(connector, new CarriedFaces(here));
    }
    var crossOrigin = new CrossOrigin(config.allowedOrigins());
    var bodies = new BodyBudget(config.bodyMemory());
    var edge =
        new Edge(carried, signIn, crossOrigin, observer, streams, bodies, config.heartbeat());
    jetty.setHandler(new GracefulHandler(edge));
    jetty.setErrorHandler(edge::refuse);
    jetty.setStopTimeout(config.stopWithin().toMillis());
    jetty.addBean(new NetworkConnectionLimit(config.mostConnections(), jetty));
  }

  /**
   * Takes all addresses, so that others who want them are told before anything else begins. Who
   * connects waits until the {@link #start}.
   *
   * @throws CannotListen naming the key and the port; nothing is left open
   */
  public synchronized void bind() {
    if (started || closed) {
      return;
    }
    try {
      connectors.forEach(HttpServer::open);
    } catch (RuntimeException failure) {
      connectors.values().forEach(ServerConnector::close);
      throw failure;
    }
  }

  /**
   * Opens all listeners that are not open yet, then serves. Returns when requests are accepted.
   *
   * @throws CannotListen naming the key and the port; nothing is left open
   */
  public synchronized void start() {
    if (started || closed) {
      return;
    }
    bind();
    try {
      jetty.start();
      started = true;
    } catch (RuntimeException failure) {
      connectors.values().forEach(ServerConnector::close);
      throw failure;
    } catch (Exception failure) {
      connectors.values().forEach(ServerConnector::close);
      throw new IllegalStateException("the HTTP server did not start", failure);
    }
  }

  /**
   * Where it can be reached, in the order of the configuration, with real ports. Empty before the
   * start.
   */
  public synchronized List<URI> listening() {
    return started && !closed
        ? connectors.entrySet().stream()
            .map(entry -> address(entry.getKey(), entry.getValue()))
            .toList()
        : List.of();
  }

  /** How many event and follow streams are open. */
  public int openStreams() {
    return streams.count();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    connectors.values().forEach(ServerConnector::close);
    streams.end(MOST_FOR_STREAMS);
    try {
      jetty.stop();
    } catch (TimeoutException _) {
      LOG.warn(
          "Requests were still running after {}; their connections were closed",
          config.stopWithin());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception failure) {
      LOG.warn("The HTTP server did not stop in order; the process is ending anyway", failure);
    }
  }

  /**
   * Without a bound of its own: there are as many requests as connections, and those are bounded.
   */
  private static VirtualThreadPool threads() {
    var threads = new VirtualThreadPool(0);
    threads.setName("http");
    return threads;
  }

  private ServerConnector connector(Listener listener) {
    var rules = new HttpConfiguration();
    rules.setSendServerVersion(false);
    rules.setUriCompliance(UriCompliance.UNSAFE); // each face has its own rules on the path
    rules.setHttpCompliance(LIKE_RFC9112);
    rules.setRequestHeaderSize(MOST_HEADER_BYTES);
    var connector = new ServerConnector(jetty, new HttpConnectionFactory(rules));
    connector.setHost(listener.host());
    connector.setPort(listener.port());
    connector.setIdleTimeout(config.idle().toMillis());
    connector.setAcceptQueueSize(1024);
    jetty.addConnector(connector);
    return connector;
  }

  private static void open(Listener listener, ServerConnector connector) {
    try {
      connector.open();
    } catch (IOException | UnresolvedAddressException failure) {
      throw new CannotListen(listener, failure);
    }
  }

  private static void checkAddress(Listener listener, SignIn signIn) {
    if (signIn.onlyOnLoopback() && !isLoopback(listener)) {
      throw new IllegalArgumentException(
          listener.key()
              + ": others can reach "
              + listener.host()
              + ", and there is no sign-in; configure users, listen on 127.0.0.1, or set"
              + " security.anonymous: true");
    }
  }

  private static boolean isLoopback(Listener listener) {
    try {
      return InetAddress.getByName(listener.host()).isLoopbackAddress();
    } catch (UnknownHostException _) {
      throw new IllegalArgumentException(
          listener.key() + ": no address for the host '" + listener.host() + "'");
    }
  }

  private static List<Face> facesOf(Listener listener, List<Face> faces) {
    if (listener.faces().isEmpty()) {
      return faces;
    }
    Set<String> known = faces.stream().map(Face::name).collect(Collectors.toSet());
    var unknown = new ArrayList<>(listener.faces());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          listener.key() + ": no face " + unknown + "; there are " + known);
    }
    return faces.stream().filter(face -> listener.faces().contains(face.name())).toList();
  }

  private static URI address(Listener listener, ServerConnector connector) {
    String host = listener.host().contains(":") ? "[" + listener.host() + "]" : listener.host();
    return URI.create("http://" + host + ":" + connector.getLocalPort());
  }
}
