package org.millrace.server.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them, in settings and behind options. */
public final class TimeText {
  /** What they look like, for who wrote something else. */
  public static final String FORM = "a time like 500ms, 30s, 5m, 2h or 7d";

  private static final Pattern TIME = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h|d)");

  private TimeText() {}

  /** The time, to the millisecond; empty if this is none. Bounds are the caller's. */
  public static Optional<Duration> read(String text) {
    Matcher parts = TIME.matcher(text.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    double unit =
        switch (parts.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 86_400_000;
        };
    return Optional.of(Duration.ofMillis(Math.round(Double.parseDouble(parts.group(1)) * unit)));
  }
}
