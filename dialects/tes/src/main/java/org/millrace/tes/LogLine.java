package org.millrace.tes;

import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of the system logs. Names that users chose stand in it, and messages of other programs:
 * control characters, ends of lines among them, are shown as {@code \n} or {@code \x1b}, so that
 * nobody can write a line of his own; halves of surrogate pairs become question marks; secrets in
 * URLs, whoever let them in, are masked.
 */
final class LogLine {
  private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,30}://\\S+");

  private LogLine() {}

  /**
   * The text as one line.
   *
   * @param mask what a URL with a password in it is shown as
   */
  static String of(String text, UnaryOperator<String> mask) {
    var line = new StringBuilder(text.length());
    Unicode.valid(text).codePoints().forEach(character -> append(character, line));
    return URL.matcher(line).replaceAll(url -> Matcher.quoteReplacement(mask.apply(url.group())));
  }

  private static void append(int character, StringBuilder line) {
    switch (Character.getType(character)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          line.append(escaped(character));
      default -> line.appendCodePoint(character);
    }
  }

  private static String escaped(int character) {
    return switch (character) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, "\\x%02x", character);
    };
  }
}
