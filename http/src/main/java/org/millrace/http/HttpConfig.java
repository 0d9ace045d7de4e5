package org.millrace.http;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How the server listens, and its bounds.
 *
 * @param listeners at least one
 * @param allowedOrigins of web pages that may call it from elsewhere, like {@code
 *     https://portal.example}; {@code *} allows all, but none that is not also listed by name
 *     changes anything with credentials; empty: none
 * @param mostConnections above it new ones wait to be accepted
 * @param mostStreams event and follow streams open at once; above it 503. One user, or one address
 *     where nobody signs in, has at most a quarter of them; above that 429
 * @param bodyMemory bytes of request bodies above 1 MiB that may be held at once; above it 503.
 *     What a face makes of a body may take a few times as much
 * @param idle after which a connection on which nothing moves is closed
 * @param heartbeat between comments on an event stream; less than the idle time of clients and
 *     proxies
 * @param stopWithin how long {@link HttpServer#close} lets requests finish
 */
public record HttpConfig(
    List<Listener> listeners,
    Set<String> allowedOrigins,
    int mostConnections,
    int mostStreams,
    long bodyMemory,
    Duration idle,
    Duration heartbeat,
    Duration stopWithin) {

  public HttpConfig {
    listeners = List.copyOf(listeners);
    allowedOrigins = Set.copyOf(allowedOrigins);
    check(!listeners.isEmpty(), "listeners: at least one");
    check(mostConnections > 0, "most-connections: at least 1");
    check(mostStreams > 0, "most-streams: at least 1");
    check(bodyMemory > 0, "body-memory: at least 1");
    check(idle.toMillis() > 0, "idle: longer than nothing");
    check(heartbeat.toMillis() > 0, "heartbeat: longer than nothing");
    check(!stopWithin.isNegative(), "stop-within: not negative");
  }

  /**
   * The usual bounds: 10,000 connections, 1,000 streams, an eighth of the heap for bodies, 30 s
   * idle, a comment every 15 s, 5 s to stop.
   */
  public static HttpConfig on(Listener... listeners) {
    return new HttpConfig(
        List.of(listeners),
        Set.of(),
        10_000,
        1_000,
        Runtime.getRuntime().maxMemory() / 8,
        Duration.ofSeconds(30),
        Duration.ofSeconds(15),
        Duration.ofSeconds(5));
  }

  public HttpConfig withAllowedOrigins(Set<String> origins) {
    return new HttpConfig(
        listeners, origins, mostConnections, mostStreams, bodyMemory, idle, heartbeat, stopWithin);
  }

  public HttpConfig withStreams(int most, Duration beat) {
    return new HttpConfig(
        listeners, allowedOrigins, mostConnections, most, bodyMemory, idle, beat, stopWithin);
  }

  public HttpConfig withBodyMemory(long bytes) {
    return new HttpConfig(
        listeners,
        allowedOrigins,
        mostConnections,
        mostStreams,
        bytes,
        idle,
        heartbeat,
        stopWithin);
  }

  public HttpConfig withConnections(int most, Duration quiet) {
    return new HttpConfig(
        listeners, allowedOrigins, most, mostStreams, bodyMemory, quiet, heartbeat, stopWithin);
  }

  public HttpConfig withStopWithin(Duration most) {
    return new HttpConfig(
        listeners, allowedOrigins, mostConnections, mostStreams, bodyMemory, idle, heartbeat, most);
  }

  private static void check(boolean right, String rule) {
    if (!right) {
      throw new IllegalArgumentException("http." + rule);
    }
  }
}
