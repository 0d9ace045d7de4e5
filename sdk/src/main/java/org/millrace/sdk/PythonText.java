package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.StringJoiner;

/**
 * What Python's {@code str()} makes of a JSON value: ids are hashed over it ({@code
 * contracts/dane.md 1.3}).
 */
final class PythonText {
  private PythonText() {}

  static String str(JsonNode value) {
    return value.isTextual() ? value.textValue() : repr(value);
  }

  /** The name of the type that Python's codec would have made of it. */
  static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "list";
      case OBJECT, POJO -> "dict";
      case STRING, BINARY -> "str";
      case BOOLEAN -> "bool";
      case NULL, MISSING -> "NoneType";
      case NUMBER -> value.isIntegralNumber() ? "int" : "float";
    };
  }

  private static String repr(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> {
        StringJoiner items = new StringJoiner(", ", "[", "]");
        value.forEach(item -> items.add(repr(item)));
        yield items.toString();
      }
      case OBJECT, POJO -> {
        StringJoiner items = new StringJoiner(", ", "{", "}");
        value
            .properties()
            .forEach(field -> items.add(quoted(field.getKey()) + ": " + repr(field.getValue())));
        yield items.toString();
      }
      case STRING, BINARY -> quoted(value.asText());
      case BOOLEAN -> value.booleanValue() ? "True" : "False";
      case NULL, MISSING -> "None";
      case NUMBER -> value.isIntegralNumber() ? value.asText() : decimal(value.doubleValue());
    };
  }

  private static String quoted(String text) {
    String quote = text.contains("'") && !text.contains("\"") ? "\"" : "'";
    String escaped =
        text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    return quote + (quote.equals("'") ? escaped.replace("'", "\\'") : escaped) + quote;
  }

  private static String decimal(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(number);
    String shortest = Double.toString(number);
    if (number == 0 || (size >= 1e-4 && size < 1e16)) {
      String plain = new BigDecimal(shortest).stripTrailingZeros().toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    int e = shortest.indexOf('E');
    String digits = shortest.substring(0, e);
    int power = Integer.parseInt(shortest.substring(e + 1));
    return (digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits)
        + (power < 0 ? "e-" : "e+")
        + (Math.abs(power) < 10 ? "0" : "")
        + Math.abs(power);
  }
}
