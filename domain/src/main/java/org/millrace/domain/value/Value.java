package org.millrace.domain.value;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A piece of foreign data. Immutable. */
public sealed interface Value {

  /** Nothing, said outright. */
  Value NOTHING = new Nothing();

  /** What people call it: {@code a text}. */
  String kind();

  record Text(String text) implements Value {
    @Override
    public String kind() {
      return "a text";
    }
  }

  /**
   * A number as it was written: an id of 64 bits stays whole, and {@code 1.0} is not {@code 1}.
   *
   * @param digits as JSON writes numbers
   */
  record Numeral(String digits) implements Value, Comparable<Numeral> {
    private static final Pattern JSON =
        Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,9})?");

    public Numeral {
      if (!isNumber(digits)) {
        throw new IllegalArgumentException("no number: '" + digits + "'");
      }
    }

    /** Whether a text is a number as JSON writes it. */
    public static boolean isNumber(String text) {
      return JSON.matcher(text).matches();
    }

    /** By what they are worth: {@code 1.0} is {@code 1} here. Not consistent with equals. */
    @Override
    public int compareTo(Numeral other) {
      return new BigDecimal(digits).compareTo(new BigDecimal(other.digits));
    }

    @Override
    public String kind() {
      return "a number";
    }
  }

  record Truth(boolean isTrue) implements Value {
    @Override
    public String kind() {
      return "true or false";
    }
  }

  record Nothing() implements Value {
    @Override
    public String kind() {
      return "null";
    }
  }

  record Items(List<Value> values) implements Value {
    public Items {
      values = List.copyOf(values);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Fields in the order they came in. */
  record Fields(Map<String, Value> values) implements Value {
    public Fields {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    @Override
    public String kind() {
      return "a map";
    }
  }
}
