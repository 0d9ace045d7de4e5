package org.millrace.api.graph;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which name was meant. Pure. */
final class Nearest {
  /** What is longer than this is no slip of a finger. */
  private static final int LONGEST = 40;

  /** Two letters that changed places in a shorter one leave little of it. */
  private static final int SHORT = 4;

  private Nearest() {}

  /** The name that differs least, if it differs little. */
  static Optional<String> of(String written, Collection<String> names) {
    if (written.length() > LONGEST) {
      return Optional.empty();
    }
    int most = written.length() < SHORT ? 1 : Math.max(2, written.length() / 3);
    return names.stream()
        .filter(name -> distance(written, name) <= most)
        .min(Comparator.comparingInt(name -> distance(written, name)));
  }

  /** Letters to put in, leave out or change until one is the other. */
  private static int distance(String one, String other) {
    int[] before = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[other.length() + 1];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int change = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(before[j], row[j - 1]) + 1);
      }
      before = row;
    }
    return before[other.length()];
  }
}
