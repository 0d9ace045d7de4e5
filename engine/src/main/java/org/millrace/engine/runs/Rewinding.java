package org.millrace.engine.runs;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.runs.RunStore.StoredEdge;

/**
 * Makes nodes of a run anew: those it is to begin with, and all after them. Whoever comes after a
 * crash in the middle does all of it again, with the same result, since it follows from where the
 * run is to begin and from marks of edges that stay.
 */
final class Rewinding {
  private static final int PAGE = 10_000;
  private static final int AT_ONCE = 1000;

  private final RunStore store;
  private final RunViewStore runs;
  private final InstantSource clock;

  Rewinding(RunStore store, RunViewStore runs, InstantSource clock) {
    this.store = store;
    this.runs = runs;
    this.clock = clock;
  }

  /** All of it; true, since the run goes on now. */
  boolean rewind(RunHead head) {
    Run run = head.run();
    var plan = new RewindPlan(run.rewinds(), nodes(run.id()), edges(run.id()), run.rewindFrom());
    List<NodeChange> changes = new ArrayList<>();
    for (RunNode node : plan.anew()) {
      changes.add(NodeChange.of(run.id(), node, plan.event(node)));
      if (changes.size() == AT_ONCE) {
        store.apply(changes, clock.instant());
        changes.clear();
      }
    }
    if (!changes.isEmpty()) {
      store.apply(changes, clock.instant());
    }
    store.apply(
        run.id(), new RunEvent.Rewound(run.rewinds(), store.count(run.id())), clock.instant());
    return true;
  }

  private List<RunNode> nodes(RunId run) {
    List<RunNode> all = new ArrayList<>();
    List<RunNode> page;
    do {
      int from = all.isEmpty() ? 0 : all.getLast().place() + 1;
      page = runs.nodes(run, from, PAGE);
      all.addAll(page);
    } while (page.size() == PAGE);
    return all;
  }

  private List<StoredEdge> edges(RunId run) {
    List<StoredEdge> all = new ArrayList<>();
    List<StoredEdge> page;
    do {
      int from = all.isEmpty() ? -1 : all.getLast().from();
      int to = all.isEmpty() ? -1 : all.getLast().to();
      page = store.edges(run, from, to, PAGE);
      all.addAll(page);
    } while (page.size() == PAGE);
    return all;
  }
}
