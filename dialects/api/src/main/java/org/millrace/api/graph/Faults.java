package org.millrace.api.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a file, as far as it was read. Not thread-safe. */
final class Faults {
  private static final int MOST = 100;

  private final List<GraphFault> all = new ArrayList<>();

  /** There are so many faults that nobody would read more. */
  static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super("so many faults are enough", null, false, false);
    }
  }

  /**
   * One more; of several at one place the first counts.
   *
   * @throws Enough if there are as many as are told
   */
  void add(Spot spot, String where, String message) {
    boolean isKnown =
        !all.isEmpty()
            && all.getLast().line() == spot.line()
            && all.getLast().column() == spot.column();
    if (!isKnown) {
      all.add(new GraphFault(spot.line(), spot.column(), where, message));
    }
    if (all.size() >= MOST) {
      throw new Enough();
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** In the order of the file. */
  BrokenGraphFile told() {
    return new BrokenGraphFile(
        all.stream()
            .sorted(Comparator.comparingInt(GraphFault::line).thenComparingInt(GraphFault::column))
            .toList());
  }
}
