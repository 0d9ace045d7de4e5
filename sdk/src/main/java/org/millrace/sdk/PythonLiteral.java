package org.millrace.sdk;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Python's {@code ast.literal_eval} for what configuration may hold: numbers, texts, True, False,
 * None, lists, tuples (read as lists) and mappings. YACS evaluates every text that way before it
 * looks at its type ({@code contracts/dane.md 5.1}). Pure.
 */
public final class PythonLiteral {
  /** A value that was read, null for {@code None}. */
  public record Value(@Nullable Object value) {}

  private final String text;
  private int at;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /** The value, or empty if the text is no literal and stays what it is. */
  public static Optional<Value> read(String text) {
    try {
      return Optional.of(new Value(new PythonLiteral(text).whole()));
    } catch (NoLiteral e) {
      return Optional.empty();
    }
  }

  private @Nullable Object whole() throws NoLiteral {
    Object first = value();
    blank();
    if (at == text.length()) {
      return first;
    }
    if (peek() != ',') {
      throw new NoLiteral();
    }
    List<@Nullable Object> tuple = new ArrayList<>(); // a tuple needs no parentheses
    tuple.add(first);
    while (accept(',')) {
      blank();
      if (at == text.length()) {
        return tuple;
      }
      tuple.add(value());
    }
    blank();
    if (at < text.length()) {
      throw new NoLiteral();
    }
    return tuple;
  }

  private @Nullable Object value() throws NoLiteral {
    blank();
    char c = peek();
    if (c == '[') {
      return items(']').list();
    }
    if (c == '(') {
      Items items = items(')');
      return items.list().size() == 1 && !items.comma() ? items.list().getFirst() : items.list();
    }
    if (c == '{') {
      return mapping();
    }
    if (c == '\'' || c == '"') {
      return quoted();
    }
    if (Character.isDigit(c) || c == '.' || c == '-' || c == '+') {
      return number();
    }
    return word();
  }

  private record Items(List<@Nullable Object> list, boolean comma) {}

  private Items items(char end) throws NoLiteral {
    at++;
    List<@Nullable Object> list = new ArrayList<>();
    boolean comma = false;
    while (true) {
      if (accept(end)) {
        return new Items(list, comma);
      }
      if (!list.isEmpty() && !comma) {
        throw new NoLiteral();
      }
      list.add(value());
      comma = accept(',');
    }
  }

  private Map<String, @Nullable Object> mapping() throws NoLiteral {
    at++;
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    boolean comma = true;
    while (!accept('}')) {
      if (!comma) {
        throw new NoLiteral();
      }
      Object key = value();
      if (!(key instanceof String name) || !accept(':')) {
        throw new NoLiteral();
      }
      map.put(name, value());
      comma = accept(',');
    }
    return map;
  }

  private String quoted() throws NoLiteral {
    char quote = text.charAt(at);
    String three = String.valueOf(quote).repeat(3);
    String end = text.startsWith(three, at) ? three : String.valueOf(quote);
    at += end.length();
    StringBuilder out = new StringBuilder();
    while (!text.startsWith(end, at)) {
      char c = peek();
      if (c == '\n' && end.length() == 1) {
        throw new NoLiteral();
      }
      at++;
      if (c == '\\') {
        escape(out);
      } else {
        out.append(c);
      }
    }
    at += end.length();
    return out.toString();
  }

  private void escape(StringBuilder out) throws NoLiteral {
    char c = peek();
    at++;
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.append(c);
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'a' -> out.append('\u0007');
      case 'v' -> out.append('\u000b');
      case 'x' -> out.appendCodePoint(hex(2));
      case 'u' -> out.appendCodePoint(hex(4));
      case 'U' -> out.appendCodePoint(hex(8));
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int value = c - '0';
        for (int i = 0; i < 2 && at < text.length() && octal(text.charAt(at)); i++) {
          value = value * 8 + text.charAt(at++) - '0';
        }
        out.append((char) value);
      }
      default -> out.append('\\').append(c);
    }
  }

  private static boolean octal(char c) {
    return c >= '0' && c <= '7';
  }

  private int hex(int digits) throws NoLiteral {
    if (at + digits > text.length()) {
      throw new NoLiteral();
    }
    String hex = text.substring(at, at + digits);
    at += digits;
    if (!hex.matches("[0-9a-fA-F]+")) {
      throw new NoLiteral();
    }
    long value = Long.parseLong(hex, 16);
    if (value > Character.MAX_CODE_POINT) {
      throw new NoLiteral();
    }
    return (int) value;
  }

  private Object number() throws NoLiteral {
    boolean negative = false;
    while (at < text.length() && (peek() == '-' || peek() == '+')) {
      negative ^= peek() == '-';
      at++;
      blank();
    }
    int start = at;
    while (at < text.length() && numberGoesOn(start)) {
      at++;
    }
    return parsed(text.substring(start, at), negative);
  }

  private boolean numberGoesOn(int start) {
    char c = text.charAt(at);
    boolean exponentSign =
        (c == '-' || c == '+')
            && at > start
            && Character.toLowerCase(text.charAt(at - 1)) == 'e'
            && !text.startsWith("0x", start)
            && !text.startsWith("0X", start);
    return Character.isLetterOrDigit(c) || c == '.' || c == '_' || exponentSign;
  }

  private static Object parsed(String digits, boolean negative) throws NoLiteral {
    String sign = negative ? "-" : "";
    if (digits.matches("0|0[0_]*|[1-9](_?\\d)*")) {
      return whole(sign + digits.replace("_", ""), 10);
    }
    if (digits.matches("0[xX](_?[0-9a-fA-F])+")) {
      return whole(sign + digits.substring(2).replace("_", ""), 16);
    }
    if (digits.matches("0[oO](_?[0-7])+")) {
      return whole(sign + digits.substring(2).replace("_", ""), 8);
    }
    if (digits.matches("0[bB](_?[01])+")) {
      return whole(sign + digits.substring(2).replace("_", ""), 2);
    }
    if (digits.matches("((\\d(_?\\d)*)?\\.\\d(_?\\d)*|\\d(_?\\d)*\\.?)([eE][-+]?\\d(_?\\d)*)?")
        && digits.matches(".*[.eE].*")) {
      return Double.parseDouble(sign + digits.replace("_", ""));
    }
    throw new NoLiteral();
  }

  private static Object whole(String digits, int radix) {
    BigInteger value = new BigInteger(digits, radix);
    if (value.bitLength() < 32) {
      return value.intValue();
    }
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  private @Nullable Object word() throws NoLiteral {
    int start = at;
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      at++;
    }
    return switch (text.substring(start, at)) {
      case "True" -> true;
      case "False" -> false;
      case "None" -> null;
      default -> throw new NoLiteral();
    };
  }

  private boolean accept(char c) throws NoLiteral {
    blank();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    if (at >= text.length() && c != ',') {
      throw new NoLiteral();
    }
    return false;
  }

  private void blank() {
    while (at < text.length() && " \t\n\r\f".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws NoLiteral {
    if (at >= text.length()) {
      throw new NoLiteral();
    }
    return text.charAt(at);
  }

  /** The text is no literal. */
  private static final class NoLiteral extends Exception {
    NoLiteral() {
      super(null, null, false, false);
    }
  }
}
