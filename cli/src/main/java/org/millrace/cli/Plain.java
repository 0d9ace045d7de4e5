package org.millrace.cli;

/** Text of others, made fit to be shown. */
final class Plain {
  private static final int REPLACEMENT = 0xfffd;

  private Plain() {}

  /**
   * The same on one line, without what a terminal would obey: control characters, and those that
   * turn the direction of text.
   */
  static String line(String text) {
    var plain = new StringBuilder(text.length());
    text.codePoints().map(Plain::harmless).forEach(plain::appendCodePoint);
    return plain.toString();
  }

  /**
   * The same JSON, in which what a terminal would obey is escaped. Such characters stand in texts
   * alone, and those below the space are escaped in any JSON.
   */
  static String json(String json) {
    var plain = new StringBuilder(json.length());
    json.codePoints()
        .forEach(character -> {
          if (isObeyed(character)) {
            plain.append("\\u%04x".formatted(character));
          } else {
            plain.appendCodePoint(character);
          }
        });
    return plain.toString();
  }

  private static int harmless(int character) {
    if (character == '\n' || character == '\t' || character == '\r') {
      return ' ';
    }
    return isObeyed(character) ? REPLACEMENT : character;
  }

  /** All of these are in the first plane, so four digits name them. */
  private static boolean isObeyed(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      case Character.FORMAT -> turnsDirection(character);
      default -> false;
    };
  }

  /** Other format characters join letters and emoji, and stay. */
  private static boolean turnsDirection(int character) {
    return (character >= 0x202a && character <= 0x202e)
        || (character >= 0x2066 && character <= 0x2069);
  }
}
