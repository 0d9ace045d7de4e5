package org.millrace.testkit.broker;

/** The patterns of topic exchanges: words between dots, {@code *} one, {@code #} any number. */
final class TopicKey {
  private TopicKey() {}

  static boolean matches(String pattern, String key) {
    return matches(pattern.split("\\.", -1), 0, key.split("\\.", -1), 0);
  }

  private static boolean matches(String[] pattern, int at, String[] words, int from) {
    if (at == pattern.length) {
      return from == words.length;
    }
    if (pattern[at].equals("#")) {
      return matches(pattern, at + 1, words, from)
          || (from < words.length && matches(pattern, at, words, from + 1));
    }
    return from < words.length
        && (pattern[at].equals("*") || pattern[at].equals(words[from]))
        && matches(pattern, at + 1, words, from + 1);
  }
}
