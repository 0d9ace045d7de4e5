package org.millrace.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.millrace.transfer.DestinationConfig;
import org.millrace.transfer.LocalConfig;

/** How files are moved, and between whom. */
public record TransferSection(
    LocalConfig local,
    org.millrace.transfer.HttpConfig http,
    DestinationConfig destinations,
    int mostFilesPerFolder) {
  private static final Duration HUNDREDTH = Duration.ofMillis(10);

  static TransferSection read(SettingsReader read, boolean onLoopback) {
    var usual = org.millrace.transfer.HttpConfig.DEFAULT;
    Duration connect =
        read.duration("transfer.http.connect-timeout", usual.connectTimeout(), HUNDREDTH);
    Duration silence = read.duration("transfer.http.read-timeout", usual.readTimeout(), HUNDREDTH);
    int tries = read.integer("transfer.http.tries", usual.tries(), 1, 100);
    Duration firstRetry = read.duration("transfer.http.first-retry", usual.firstRetry(), HUNDREDTH);
    Duration longestRetry =
        read.duration("transfer.http.longest-retry", usual.longestRetry(), HUNDREDTH);
    Duration longestRetryAfter =
        read.duration(
            "transfer.http.longest-retry-after", usual.longestRetryAfter(), Duration.ZERO);
    long slowest = read.size("transfer.http.slowest", usual.slowest(), 0, 1L << 50);
    int redirects = read.integer("transfer.http.redirects", usual.redirects(), 0, 50);
    int connections =
        read.integer("transfer.http.connections", usual.connections(), 1, Integer.MAX_VALUE);
    int perHost =
        read.integer(
            "transfer.http.connections-per-host", usual.connectionsPerHost(), 1, Integer.MAX_VALUE);
    List<String> putHosts = read.list("transfer.http.put-hosts");
    List<Path> readRoots = read.roots("transfer.local.read-roots");
    List<Path> writeRoots = read.roots("transfer.local.write-roots");
    List<String> allow = read.list("transfer.destinations.allow");
    List<String> deny = read.list("transfer.destinations.deny");
    return new TransferSection(
        read.checked(() -> new LocalConfig(readRoots, writeRoots)).orElse(LocalConfig.DEFAULT),
        read.checked(() ->
                usual
                    .withTimeouts(connect, silence)
                    .withTries(tries)
                    .withRetries(firstRetry, longestRetry, longestRetryAfter)
                    .withSlowest(slowest)
                    .withRedirects(redirects)
                    .withConnections(connections, perHost)
                    .withPutHosts(Set.copyOf(putHosts)))
            .orElse(usual),
        read.checked(() -> new DestinationConfig(onLoopback, allow, deny))
            .orElse(DestinationConfig.DEFAULT),
        read.integer("transfer.most-files", 100_000, 1, 10_000_000));
  }
}
