package org.millrace.engine.runs;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.engine.runs.RewindPlan.Anew;
import org.millrace.engine.runs.RunStore.EdgeAt;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.runs.RunStore.StoredEdge;

/**
 * Makes nodes of a run anew: those it is to begin with, and all after them; a bounded piece at a
 * time. Whoever comes after a crash in the middle does all of it again, with the same result, since
 * it follows from where the run is to begin and from marks of edges that stay.
 */
final class Rewinding {
  private static final int PAGE = 10_000;

  /** Rows of one transaction: nobody else writes meanwhile. */
  private static final int AT_ONCE = 1000;

  /** What was read of so many runs is kept in mind: others wait until one of them goes on. */
  static final int RUNS_AT_ONCE = 4;

  private final RunStore store;
  private final RunViewStore runs;
  private final InstantSource clock;
  private final Map<RunId, OneRun> begun = new HashMap<>();

  Rewinding(RunStore store, RunViewStore runs, InstantSource clock) {
    this.store = store;
    this.runs = runs;
    this.clock = clock;
  }

  /** One piece; whether there may be more to do: not while it waits for other runs. */
  boolean rewind(RunHead head) {
    Run run = head.run();
    Optional<OneRun> known =
        Optional.ofNullable(begun.remove(run.id())).filter(one -> one.isOf(run));
    if (known.isEmpty() && begun.size() >= RUNS_AT_ONCE) {
      return false;
    }
    OneRun one = known.orElseGet(() -> new OneRun(run));
    if (one.advance()) {
      begun.put(run.id(), one); // not after a failure: then all of it is done again
    }
    return true;
  }

  /** Forgets runs that are not among these. */
  void forgetOthers(Set<RunId> open) {
    begun.keySet().retainAll(open);
  }

  /** How far one run has come. */
  private final class OneRun {
    private final Run run;
    private final RewindRows rows = new RewindRows();
    private int place;
    private Optional<StoredEdge> last = Optional.empty();
    private boolean isRead;
    private Iterator<EdgeAt> unmarked = Collections.emptyIterator();
    private Iterator<Integer> dropped = Collections.emptyIterator();
    private Iterator<Anew> anew = Collections.emptyIterator();

    OneRun(Run run) {
      this.run = run;
    }

    boolean isOf(Run other) {
      return run.rewinds() == other.rewinds();
    }

    /** One piece; false if it was the last one. */
    boolean advance() {
      if (!isRead) {
        read();
      } else if (unmarked.hasNext() || dropped.hasNext()) {
        forget();
      } else if (anew.hasNext()) {
        makeAnew();
      } else {
        var rewound = new RunEvent.Rewound(run.rewinds(), store.count(run.id()));
        store.apply(run.id(), rewound, clock.instant());
        return false;
      }
      return true;
    }

    private void read() {
      List<RunNode> nodes = runs.nodes(run.id(), place, PAGE);
      nodes.forEach(rows::add);
      if (!nodes.isEmpty()) {
        place = nodes.getLast().place() + 1;
      }
      if (nodes.size() < PAGE) {
        readEdges();
      }
    }

    private void readEdges() {
      int from = last.map(StoredEdge::from).orElse(-1);
      int to = last.map(StoredEdge::to).orElse(-1);
      List<StoredEdge> edges = store.edges(run.id(), from, to, PAGE);
      edges.forEach(rows::add);
      if (edges.size() == PAGE) {
        last = Optional.of(edges.getLast());
      } else {
        isRead = true;
        plan();
      }
    }

    private void plan() {
      var plan = new RewindPlan(run.rewinds(), rows, run.rewindFrom());
      unmarked = plan.unmarked();
      dropped = plan.dropped();
      anew = plan.anew();
    }

    private void forget() {
      List<EdgeAt> edges = some(unmarked, AT_ONCE);
      List<Integer> items = some(dropped, AT_ONCE - edges.size());
      store.forget(run.id(), run.rewinds(), edges, items);
    }

    private void makeAnew() {
      List<NodeChange> changes =
          some(anew, AT_ONCE).stream()
              .map(node -> NodeChange.of(run.id(), node.place(), node.generation(), node.event()))
              .toList();
      store.apply(changes, clock.instant());
    }

    private static <T> List<T> some(Iterator<T> of, int most) {
      List<T> some = new ArrayList<>();
      while (some.size() < most && of.hasNext()) {
        some.add(of.next());
      }
      return some;
    }
  }
}
