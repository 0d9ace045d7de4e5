package org.millrace.domain.task;

import java.util.regex.Pattern;

/** The name an operator and a caller know a runtime by: {@code sandbox}, {@code pulsar:north}. */
public record RuntimeName(String text) {
  private static final Pattern FORM =
      Pattern.compile("[a-z][a-z0-9-]{0,31}(:[A-Za-z0-9._-]{1,63})?");

  public RuntimeName {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "runtime name: like 'sandbox' or 'pulsar:north', not '" + text + "'");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
