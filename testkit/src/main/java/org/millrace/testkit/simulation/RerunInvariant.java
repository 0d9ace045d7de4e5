package org.millrace.testkit.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunState;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.runs.RunViewStore.RunEventLine;

/**
 * What a rewind makes anew has failed, was asked for, or comes after such a one. By the history of
 * one run.
 */
final class RerunInvariant {
  private final Run run;
  private final List<StoredEdge> edges;
  private final Set<NodeKey> askedFor;

  /** How the last line of each node told that it was, before the rewind. */
  private final Map<Integer, String> before = new HashMap<>();

  private final Map<Integer, NodeKey> anew = new HashMap<>();
  private final Map<Integer, NodeKey> keys = new HashMap<>();

  RerunInvariant(Run run, List<StoredEdge> edges, Set<NodeKey> askedFor) {
    this.run = run;
    this.edges = edges;
    this.askedFor = askedFor;
  }

  void check(List<RunEventLine> history) {
    Map<Integer, String> last = new HashMap<>();
    boolean rewinding = false;
    for (RunEventLine line : history) {
      if (line.place().isPresent()) {
        int place = line.place().getAsInt();
        last.put(place, line.state());
        keys.put(place, line.node().orElseThrow());
        if (rewinding) {
          anew.put(place, line.node().orElseThrow());
        }
        continue;
      }
      if (rewinding) {
        checkRewind();
      }
      rewinding = line.state().equals(RunState.REWINDING.name());
      anew.clear();
      before.clear();
      before.putAll(last);
    }
  }

  private void checkRewind() {
    Set<Integer> after = new HashSet<>();
    Set<Integer> askedAbout = new HashSet<>();
    for (StoredEdge edge : edges) {
      if (anew.containsKey(edge.from())) {
        after.add(edge.to());
      }
      if (isWanted(edge.to())) {
        askedAbout.add(edge.from()); // perhaps by a condition that could not be decided
      }
    }
    anew.forEach((place, key) -> {
      if (!isWanted(place)
          && !after.contains(place)
          && !askedAbout.contains(place)
          && !hasItemAnew(key)) {
        throw Invariants.broken(
            "node " + key + " was made anew, and nobody asked for it\n  " + run);
      }
    });
  }

  private boolean isWanted(int place) {
    NodeKey key = keys.get(place);
    return NodeEnd.FAILED.name().equals(before.get(place))
        || (key != null && askedFor.contains(key));
  }

  private boolean hasItemAnew(NodeKey spread) {
    return anew.values().stream().anyMatch(key -> key.text().startsWith(spread.text() + "["));
  }
}
