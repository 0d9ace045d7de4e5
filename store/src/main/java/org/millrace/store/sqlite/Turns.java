package org.millrace.store.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Shares room among owners: each gets one before any gets two. Asks for a share at a time, as the
 * order in which things are granted to one owner does not depend on the others.
 *
 * @param owners in the order of their turns, each once
 * @param room how much there is to share; at least 1
 */
record Turns(List<String> owners, int room) {

  /**
   * Takes at most so many of an owner, the first first, each once; fewer mean that there are no
   * more.
   */
  @FunctionalInterface
  interface Source<T> {
    List<T> take(String owner, int most) throws SQLException;
  }

  /** Fills the room; in the order of the turns. */
  <T> List<T> fill(Source<T> source) throws SQLException {
    Map<String, List<T>> taken = new HashMap<>();
    List<String> waiting = owners;
    int left = room;
    while (left > 0 && !waiting.isEmpty()) {
      int share = Math.max(1, left / waiting.size());
      var more = new ArrayList<String>();
      for (String owner : waiting) {
        int most = Math.min(share, left);
        List<T> got = most == 0 ? List.of() : source.take(owner, most);
        taken.computeIfAbsent(owner, _ -> new ArrayList<>()).addAll(got);
        left -= got.size();
        if (got.size() == most) {
          more.add(owner);
        }
      }
      waiting = more;
    }
    return inTurns(taken);
  }

  private <T> List<T> inTurns(Map<String, List<T>> taken) {
    var result = new ArrayList<T>();
    for (int turn = 0; result.size() < size(taken); turn++) {
      for (String owner : owners) {
        List<T> of = taken.getOrDefault(owner, List.of());
        if (turn < of.size()) {
          result.add(of.get(turn));
        }
      }
    }
    return result;
  }

  private static <T> int size(Map<String, List<T>> taken) {
    return taken.values().stream().mapToInt(List::size).sum();
  }
}
