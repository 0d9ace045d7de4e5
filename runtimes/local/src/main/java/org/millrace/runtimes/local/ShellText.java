package org.millrace.runtimes.local;

import java.util.List;
import java.util.stream.Collectors;

/** Text for a shell to read. Pure. */
final class ShellText {
  private ShellText() {}

  /** One word, whatever it holds; only NUL cannot be in it. */
  static String word(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a NUL character cannot be passed to a program");
    }
    return "'" + text.replace("'", "'\\''") + "'";
  }

  static String words(List<String> texts) {
    return texts.stream().map(ShellText::word).collect(Collectors.joining(" "));
  }
}
