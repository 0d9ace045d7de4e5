package org.millrace.server;

import java.time.Duration;
import org.millrace.server.config.TimeText;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time behind an option: more than none, and ten years at most. */
final class TimeOption implements ITypeConverter<Duration> {
  private static final Duration LONGEST = Duration.ofDays(3650);

  @Override
  public Duration convert(String text) {
    return TimeText.read(text)
        .filter(time -> time.isPositive() && time.compareTo(LONGEST) <= 0)
        .orElseThrow(
            () -> new TypeConversionException("must be " + TimeText.FORM + ", not '" + text + "'"));
  }
}
