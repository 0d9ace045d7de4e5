package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Set;

/** Looks at the fields of objects as the constructors of the Python library do. */
final class Fields {
  private static final int MOST_DIGITS = 19; // a long has no more

  private Fields() {}

  /** A copy of the object, which has these fields; an inner object that lacks one is a 500. */
  static ObjectNode of(JsonNode json, String what, String... required) {
    if (!(json instanceof ObjectNode object)) {
      throw new IllegalArgumentException(
          "'" + PythonText.typeOf(json) + "' object has no attribute 'keys'");
    }
    for (String field : required) {
      if (!object.has(field)) {
        throw new IllegalArgumentException(what + " needs a field `" + field + "`");
      }
    }
    return object.deepCopy();
  }

  /** Refuses anything but an object of these fields alone: a 400. */
  static ObjectNode closed(JsonNode json, String what, Set<String> known) {
    if (!(json instanceof ObjectNode object)) {
      throw new DaneException.Malformed(
          what + " is a JSON object, not a " + PythonText.typeOf(json));
    }
    for (String field : Json.names(object)) {
      if (!known.contains(field)) {
        throw new DaneException.Malformed(what + " has no field `" + field + "`");
      }
    }
    return object;
  }

  static JsonNode required(ObjectNode object, String what, String field) {
    JsonNode value = object.get(field);
    if (value == null) {
      throw new DaneException.Malformed(what + " needs a field `" + field + "`");
    }
    return value;
  }

  /**
   * The {@code int()} of Python: numbers, cut off; texts of whole numbers; booleans.
   *
   * @throws IllegalArgumentException if it has more than 32 bits, or a text is no number
   * @throws DaneException.Malformed if it is of another kind
   */
  static int whole(JsonNode value, String what) {
    long whole = wholeLong(value, what);
    if (whole != (int) whole) {
      throw new IllegalArgumentException(what + " is too large: " + value);
    }
    return (int) whole;
  }

  /** The same with 64 bits, for ids: the original's are unsigned and have 32 ({@code 1.3}). */
  static long wholeLong(JsonNode value, String what) {
    try {
      if (value.isNumber()) {
        return cutOff(value.decimalValue());
      }
      if (value.isBoolean()) {
        return value.booleanValue() ? 1 : 0;
      }
      if (value.isTextual()) {
        return Long.parseLong(value.textValue().strip().replace("_", ""));
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(what + " is not a whole number: " + value, e);
    }
    throw new DaneException.Malformed(what + " is not a whole number: " + value);
  }

  /** Looks at the size first: to write out 1e600000000 would keep a machine busy for minutes. */
  private static long cutOff(BigDecimal number) {
    long digits = (long) number.precision() - number.scale(); // before the point
    if (number.signum() == 0 || digits <= 0) {
      return 0;
    }
    if (digits > MOST_DIGITS) {
      throw new ArithmeticException("more than 64 bits");
    }
    return number.toBigInteger().longValueExact();
  }
}
