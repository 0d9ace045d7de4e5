package org.millrace.runtimes.worker;

import java.util.List;

/**
 * A binding key of a topic exchange: words between dots, {@code *} for exactly one word, {@code #}
 * for any number of them, none included.
 */
record TopicPattern(List<String> words) {

  static TopicPattern of(String key) {
    return new TopicPattern(split(key));
  }

  boolean matches(String route) {
    return matches(words, split(route));
  }

  /** Row by row over the words of the route, so that many {@code #} cost no more than one. */
  private static boolean matches(List<String> pattern, List<String> route) {
    boolean[] reached = new boolean[route.size() + 1]; // with so many words of the route used up
    reached[0] = true;
    for (String word : pattern) {
      boolean[] next = new boolean[reached.length];
      for (int used = 0; used < reached.length; used++) {
        next[used] =
            switch (word) {
              case "#" -> reached[used] || (used > 0 && next[used - 1]);
              case "*" -> used > 0 && reached[used - 1];
              default -> used > 0 && reached[used - 1] && word.equals(route.get(used - 1));
            };
      }
      reached = next;
    }
    return reached[route.size()];
  }

  private static List<String> split(String key) {
    return key.isEmpty() ? List.of() : List.of(key.split("\\.", -1));
  }
}
