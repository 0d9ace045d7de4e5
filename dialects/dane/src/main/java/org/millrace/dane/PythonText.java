package org.millrace.dane;

import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.millrace.domain.value.Value;

/**
 * What Python makes of values and texts, where names depend on it ({@code contracts/dane.md 1.3}).
 */
final class PythonText {
  private static final HexFormat HEX = HexFormat.of();

  private PythonText() {}

  /** {@code str()} of what was read from JSON. */
  static String str(Value value) {
    return value instanceof Value.Text(String text) ? text : repr(value);
  }

  /** {@code str.upper()}: one letter may become several. */
  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  /** {@code str.strip()}: what Python takes for space at both ends is left out. */
  static String strip(String text) {
    int begin = 0;
    int end = text.length();
    while (begin < end && isSpace(text.charAt(begin))) {
      begin++;
    }
    while (end > begin && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(begin, end);
  }

  private static boolean isSpace(char unit) {
    return Character.isWhitespace(unit) || Character.isSpaceChar(unit) || unit == 0x85;
  }

  /** The lower-case hexadecimal digits of a number, so many of them. */
  static String hex(int number, int digits) {
    return HEX.toHexDigits(number, digits);
  }

  private static String repr(Value value) {
    return switch (value) {
      case Value.Text(String text) -> quoted(text);
      case Value.Numeral(String digits) -> number(digits);
      case Value.Truth(boolean isTrue) -> isTrue ? "True" : "False";
      case Value.Nothing _ -> "None";
      case Value.Items(List<Value> items) ->
          items.stream().map(PythonText::repr).collect(Collectors.joining(", ", "[", "]"));
      case Value.Fields(Map<String, Value> fields) ->
          fields.entrySet().stream()
              .map(field -> quoted(field.getKey()) + ": " + repr(field.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  private static String number(String digits) {
    boolean whole = digits.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
    if (whole) {
      return digits.equals("-0") ? "0" : digits;
    }
    return number(Double.parseDouble(digits));
  }

  /** The shortest digits that are this number; with an exponent from 1e16 and below 1e-4. */
  private static String number(double number) {
    String sign = Double.compare(number, 0.0) < 0 ? "-" : "";
    double size = Math.abs(number);
    if (Double.isInfinite(size)) {
      return sign + "inf";
    }
    if (size == 0) {
      return sign + "0.0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(size)).stripTrailingZeros();
    String digits = exact.unscaledValue().toString();
    int exponent = digits.length() - exact.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = exact.toPlainString();
      return sign + plain + (plain.indexOf('.') < 0 ? ".0" : "");
    }
    String rest = digits.length() == 1 ? "" : "." + digits.substring(1);
    return "%s%c%se%s%02d"
        .formatted(sign, digits.charAt(0), rest, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** In single quotes, or in double ones if only single ones are in it. */
  private static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    var quoted = new StringBuilder(text.length() + 2).append(quote);
    text.codePoints().forEach(point -> escape(point, quote, quoted));
    return quoted.append(quote).toString();
  }

  private static void escape(int point, char quote, StringBuilder to) {
    switch (point) {
      case '\\' -> to.append("\\\\");
      case '\n' -> to.append("\\n");
      case '\r' -> to.append("\\r");
      case '\t' -> to.append("\\t");
      default -> {
        if (point == quote) {
          to.append('\\').append(quote);
        } else if (isPrintable(point)) {
          to.appendCodePoint(point);
        } else if (point < 0x100) {
          to.append("\\x").append(hex(point, 2));
        } else if (point < 0x10000) {
          to.append("\\u").append(hex(point, 4));
        } else {
          to.append("\\U").append(hex(point, 8));
        }
      }
    }
  }

  private static boolean isPrintable(int point) {
    return point == ' '
        || switch (Character.getType(point)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SPACE_SEPARATOR ->
              false;
          default -> true;
        };
  }
}
