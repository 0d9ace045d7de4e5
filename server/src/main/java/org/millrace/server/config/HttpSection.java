package org.millrace.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.millrace.http.HttpConfig;
import org.millrace.http.Listener;

/** What is said of HTTP. */
final class HttpSection {
  private static final Duration TENTH = Duration.ofMillis(100);

  private HttpSection() {}

  static HttpConfig read(SettingsReader read, List<Listener> listeners) {
    HttpConfig usual = HttpConfig.on(listeners.toArray(Listener[]::new));
    Set<String> origins = Set.copyOf(read.list("http.allowed-origins"));
    long bodies = read.size("http.body-memory", usual.bodyMemory(), 1 << 20, 1L << 50);
    int streams = read.integer("http.most-streams", usual.mostStreams(), 1, 100_000);
    int connections = read.integer("http.most-connections", usual.mostConnections(), 1, 1_000_000);
    Duration idle = read.duration("http.idle", usual.idle(), TENTH);
    Duration stopWithin = read.duration("http.stop-within", usual.stopWithin(), Duration.ZERO);
    return read.checked(() ->
            usual
                .withAllowedOrigins(origins)
                .withStreams(streams, usual.heartbeat())
                .withBodyMemory(bodies)
                .withConnections(connections, idle)
                .withStopWithin(stopWithin))
        .orElse(usual);
  }
}
