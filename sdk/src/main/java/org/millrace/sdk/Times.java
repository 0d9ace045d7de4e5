package org.millrace.sdk;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as the wire has them: local, without zone or fraction ({@code contracts/dane.md 2.1}). */
final class Times {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);

  private Times() {}

  static String text(Clock clock) {
    return LocalDateTime.now(clock).format(FORM);
  }
}
