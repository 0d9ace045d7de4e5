package org.millrace.api.graph;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 10s}, {@code 1.5h}, {@code PT90S}, or seconds. Pure. */
final class DurationText {
  /** Ten years: what is meant to last longer has no limit. */
  private static final Duration LONGEST = Duration.ofDays(3652);

  private static final Pattern SHORT =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h|d)");
  private static final Pattern ISO =
      Pattern.compile(
          "P(?=.)([0-9]{1,4}D)?(T(?=.)([0-9]{1,6}H)?([0-9]{1,8}M)?([0-9]{1,9}(\\.[0-9]{1,3})?S)?)?");

  private DurationText() {}

  /**
   * Empty for what is none, is below nothing, or is longer than ten years.
   *
   * @param isText whether it was written as a text, which needs a unit
   */
  static Optional<Duration> read(String text, boolean isText) {
    return (isText ? withUnit(text) : seconds(text))
        .filter(duration -> !duration.isNegative() && duration.compareTo(LONGEST) <= 0);
  }

  private static Optional<Duration> seconds(String number) {
    try {
      return Optional.of(new BigDecimal(number))
          .filter(seconds -> seconds.compareTo(BigDecimal.valueOf(LONGEST.toSeconds())) <= 0)
          .filter(seconds -> seconds.signum() >= 0)
          .map(seconds -> of(seconds, 1000));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> withUnit(String text) {
    Matcher written = SHORT.matcher(text);
    if (written.matches()) {
      return Optional.of(of(new BigDecimal(written.group(1)), millis(written.group(2))));
    }
    try {
      return ISO.matcher(text).matches() ? Optional.of(Duration.parse(text)) : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Duration of(BigDecimal amount, long millis) {
    return Duration.ofMillis(amount.multiply(BigDecimal.valueOf(millis)).longValue());
  }

  private static long millis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      default -> 86_400_000;
    };
  }
}
