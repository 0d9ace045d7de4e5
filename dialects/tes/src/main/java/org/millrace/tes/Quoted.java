package org.millrace.tes;

/** Pieces of a request within a message about it. */
final class Quoted {
  private static final int MOST = 60;

  private Quoted() {}

  /** In quotes, on one line, and not longer than a message bears. */
  static String of(String text) {
    return "'" + shortened(text) + "'";
  }

  /** The same without quotes. */
  static String shortened(String text) {
    var quoted = new StringBuilder();
    text.codePoints().limit(MOST).forEach(c -> quoted.appendCodePoint(isPlain(c) ? c : '\ufffd'));
    return text.codePointCount(0, text.length()) <= MOST ? quoted.toString() : quoted + "…";
  }

  private static boolean isPlain(int character) {
    return !Character.isISOControl(character)
        && !(Character.MIN_SURROGATE <= character && character <= Character.MAX_SURROGATE);
  }
}
