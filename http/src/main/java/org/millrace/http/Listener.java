package org.millrace.http;

import java.util.Set;

/**
 * An address to listen on.
 *
 * @param key of the configuration, for messages: {@code faces.dane.listen}
 * @param host a name or address; {@code 0.0.0.0} and {@code ::} mean all
 * @param port 0 picks a free one
 * @param faces the names of those it carries; empty: all
 */
public record Listener(String key, String host, int port, Set<String> faces) {
  public Listener {
    faces = Set.copyOf(faces);
    if (host.isBlank()) {
      throw new IllegalArgumentException(key + ": a host to listen on");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(key + ": a port between 0 and 65535, not " + port);
    }
  }

  /** All faces on 127.0.0.1. */
  public static Listener onLoopback(int port) {
    return new Listener("http.listen", "127.0.0.1", port, Set.of());
  }
}
