package org.millrace.dane;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.millrace.domain.value.Value;

/**
 * Times as DANE writes them, whole seconds without a zone ({@code contracts/dane.md 2.1}). The
 * originals mean their local time; ours are UTC (8 there).
 */
public final class Times {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private Times() {}

  /** As text, in UTC. */
  public static Value.Text of(Instant time) {
    return new Value.Text(FORM.format(time));
  }
}
