package org.millrace.api.graph;

/** Pieces of a file within a message about it. */
final class Shown {
  private static final int MOST = 60;

  private Shown() {}

  /** In quotes, on one line, and not longer than a message bears. */
  static String quoted(String text) {
    return "'" + shortened(text) + "'";
  }

  /** The same without quotes. */
  static String shortened(String text) {
    return shortened(text, MOST);
  }

  static String shortened(String text, int most) {
    var shown = new StringBuilder();
    text.codePoints().limit(most).forEach(c -> shown.appendCodePoint(isPlain(c) ? c : '\ufffd'));
    return text.length() <= most ? shown.toString() : shown + "…";
  }

  private static boolean isPlain(int character) {
    return !Character.isISOControl(character)
        && !(Character.MIN_SURROGATE <= character && character <= Character.MAX_SURROGATE);
  }
}
