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

  private static int harmless(int character) {
    if (character == '\n' || character == '\t' || character == '\r') {
      return ' ';
    }
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          REPLACEMENT;
      case Character.FORMAT -> turnsDirection(character) ? REPLACEMENT : character;
      default -> character;
    };
  }

  /** Other format characters join letters and emoji, and stay. */
  private static boolean turnsDirection(int character) {
    return (character >= 0x202a && character <= 0x202e)
        || (character >= 0x2066 && character <= 0x2069);
  }
}
