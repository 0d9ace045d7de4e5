package org.millrace.transfer;

import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * How we behave towards HTTP peers ({@code transfer.http.*}). Built from {@link #DEFAULT} with the
 * {@code with} methods.
 *
 * @param connectTimeout {@code connect-timeout}: until a connection, TLS included, must stand; also
 *     the longest wait for a name to be resolved
 * @param readTimeout {@code read-timeout}: the longest silence of a peer, and the longest wait for
 *     a free connection
 * @param slowest {@code slowest}: bytes per second, averaged over three read time-outs, below which
 *     a peer is given up
 * @param tries {@code tries}: how often a passing fault is tried in all
 * @param firstRetry {@code first-retry}: wait before the second try; each further wait is twice as
 *     long
 * @param longestRetry {@code longest-retry}: upper bound of such a wait
 * @param longestRetryAfter {@code longest-retry-after}: upper bound of a wait that a peer asks for
 * @param redirects {@code redirects}: most redirects of one request
 * @param putHosts {@code put-hosts}: hosts, or {@code host:port}, that take files by PUT instead of
 *     a form
 * @param connections {@code connections}: most connections in all
 * @param connectionsPerHost {@code connections-per-host}: most connections to one host
 */
public record HttpConfig(
    Duration connectTimeout,
    Duration readTimeout,
    long slowest,
    int tries,
    Duration firstRetry,
    Duration longestRetry,
    Duration longestRetryAfter,
    int redirects,
    Set<String> putHosts,
    int connections,
    int connectionsPerHost) {

  /** What holds where nothing is configured. */
  public static final HttpConfig DEFAULT =
      new HttpConfig(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          16,
          5,
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          10,
          Set.of(),
          256,
          32);

  /**
   * Refuses bad values.
   *
   * @throws IllegalArgumentException naming the key
   */
  public HttpConfig {
    check(isPositive(connectTimeout), "connect-timeout: must be longer than nothing");
    check(isPositive(readTimeout), "read-timeout: must be longer than nothing");
    check(slowest >= 0, "slowest: must not be negative");
    check(tries >= 1 && tries <= 100, "tries: must be between 1 and 100");
    check(isPositive(firstRetry), "first-retry: must be longer than nothing");
    check(longestRetry.compareTo(firstRetry) >= 0, "longest-retry: must be at least first-retry");
    check(!longestRetryAfter.isNegative(), "longest-retry-after: must not be negative");
    check(redirects >= 0 && redirects <= 50, "redirects: must be between 0 and 50");
    check(connections >= 1, "connections: must be at least 1");
    check(
        connectionsPerHost >= 1 && connectionsPerHost <= connections,
        "connections-per-host: must be between 1 and connections");
    Set<String> hosts = new HashSet<>();
    for (String host : putHosts) {
      check(
          !host.isBlank() && !host.contains("/"),
          "put-hosts: '" + host + "' is no host and no host:port");
      hosts.add(host.toLowerCase(Locale.ROOT));
    }
    putHosts = Set.copyOf(hosts);
  }

  /** The same with other time-outs. */
  public HttpConfig withTimeouts(Duration connect, Duration read) {
    return new HttpConfig(
        connect,
        read,
        slowest,
        tries,
        firstRetry,
        longestRetry,
        longestRetryAfter,
        redirects,
        putHosts,
        connections,
        connectionsPerHost);
  }

  /** The same with another number of tries. */
  public HttpConfig withTries(int most) {
    return new HttpConfig(
        connectTimeout,
        readTimeout,
        slowest,
        most,
        firstRetry,
        longestRetry,
        longestRetryAfter,
        redirects,
        putHosts,
        connections,
        connectionsPerHost);
  }

  /** The same with other waits between two tries. */
  public HttpConfig withRetries(Duration first, Duration longest, Duration longestAsked) {
    return new HttpConfig(
        connectTimeout,
        readTimeout,
        slowest,
        tries,
        first,
        longest,
        longestAsked,
        redirects,
        putHosts,
        connections,
        connectionsPerHost);
  }

  /** The same with another bound of redirects. */
  public HttpConfig withRedirects(int most) {
    return new HttpConfig(
        connectTimeout,
        readTimeout,
        slowest,
        tries,
        firstRetry,
        longestRetry,
        longestRetryAfter,
        most,
        putHosts,
        connections,
        connectionsPerHost);
  }

  /** The same with another lowest pace, in bytes per second. */
  public HttpConfig withSlowest(long bytesPerSecond) {
    return new HttpConfig(
        connectTimeout,
        readTimeout,
        bytesPerSecond,
        tries,
        firstRetry,
        longestRetry,
        longestRetryAfter,
        redirects,
        putHosts,
        connections,
        connectionsPerHost);
  }

  /** The same with other hosts that take files by PUT. */
  public HttpConfig withPutHosts(Set<String> hosts) {
    return new HttpConfig(
        connectTimeout,
        readTimeout,
        slowest,
        tries,
        firstRetry,
        longestRetry,
        longestRetryAfter,
        redirects,
        hosts,
        connections,
        connectionsPerHost);
  }

  /** The same with other bounds of connections, in all and per host. */
  public HttpConfig withConnections(int all, int perHost) {
    return new HttpConfig(
        connectTimeout,
        readTimeout,
        slowest,
        tries,
        firstRetry,
        longestRetry,
        longestRetryAfter,
        redirects,
        putHosts,
        all,
        perHost);
  }

  private static boolean isPositive(Duration duration) {
    return duration.compareTo(Duration.ZERO) > 0;
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("transfer.http." + problem);
    }
  }
}
