package org.millrace.tes;

import java.nio.charset.StandardCharsets;

/** Text that may have halves of surrogate pairs in it, which UTF-8 has no bytes for. */
final class Unicode {
  private Unicode() {}

  static boolean isValid(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!isPair(text, i)) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** The text, with a question mark for each half that stands alone. */
  static String valid(String text) {
    return isValid(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static boolean isPair(String text, int index) {
    return index + 1 < text.length()
        && Character.isSurrogatePair(text.charAt(index), text.charAt(index + 1));
  }
}
