package org.millrace.engine.runs;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.runs.RunViewStore.RunEventLine;
import org.millrace.engine.runs.RunViewStore.RunQuery;
import org.millrace.engine.views.ViewStore;

/** What callers may see of runs. Another user's run does not exist for them. Thread-safe. */
public final class RunViews {
  /** The weight of what items of one node left, for those who look. */
  private static final long SHOWN = 1 << 20;

  /** Of one read: more than are shown of one node, few enough to be had in milliseconds. */
  private static final int EDGES_AT_ONCE = 10_000;

  private final RunViewStore store;
  private final ViewStore tasks;

  RunViews(RunViewStore store, ViewStore tasks) {
    this.store = store;
    this.tasks = tasks;
  }

  /**
   * A run.
   *
   * @throws Refusal {@code NotFound} if this caller sees no such run
   */
  public RunHead find(RunId id, Caller caller) {
    return store
        .find(id)
        .filter(head -> caller.sees(head.run().owner()))
        .orElseThrow(() -> new Refusal(new Failure.NotFound("run " + id)));
  }

  Run current(RunId id) {
    return store
        .find(id)
        .map(RunHead::run)
        .orElseThrow(() -> new Refusal(new Failure.NotFound("run " + id)));
  }

  /**
   * A page of the runs that this caller may see, oldest first.
   *
   * @param after those begun after this one
   */
  public List<RunHead> list(
      Optional<RunState> state, Optional<RunId> after, int most, Caller caller) {
    return store.list(new RunQuery(caller.onlyTasksOf(), state, after, most));
  }

  /** Nodes of a run from a place on, in the order of their places. */
  public List<RunNode> nodes(RunId id, int from, int most, Caller caller) {
    find(id, caller);
    return store.nodes(id, from, most);
  }

  /**
   * A node of a run.
   *
   * @throws Refusal {@code NotFound} if this caller sees no such run, or it has no such node
   */
  public RunNode node(RunId id, NodeKey key, Caller caller) {
    find(id, caller);
    return store
        .node(id, key)
        .orElseThrow(() -> new Refusal(new Failure.NotFound("node '" + key + "' of run " + id)));
  }

  /** What the node at a place was told to do. */
  public Optional<NodePlan> plan(RunId id, int place, Caller caller) {
    find(id, caller);
    return store.plan(id, place);
  }

  /** What a node left for those after it; of a spread node, if that is not too much to show. */
  public Left values(RunId id, NodeKey key, Caller caller) {
    return new LeftValues(id, store, tasks).left(node(id, key, caller), SHOWN);
  }

  /** Those of the nodes of a run at these places that are there. */
  public List<RunNode> nodes(RunId id, Collection<Integer> places, Caller caller) {
    find(id, caller);
    return places.stream().flatMap(place -> store.node(id, place).stream()).toList();
  }

  /** Edges that enter a node, those without a mark first. */
  public List<StoredEdge> entering(RunId id, int place, int most, Caller caller) {
    find(id, caller);
    return store.entering(id, place, most);
  }

  /**
   * Edges that enter the nodes from the first place to the last, by the place they enter.
   *
   * @param mostEach of one node; those without a mark before others
   */
  public Map<Integer, List<StoredEdge>> entering(
      RunId id, int first, int last, int mostEach, Caller caller) {
    find(id, caller);
    return EnteringEdges.of(
        first,
        last,
        mostEach,
        EDGES_AT_ONCE,
        from -> store.entering(id, from, last, EDGES_AT_ONCE));
  }

  /** Cursor of the newest line of all runs; 0 before the first. */
  public long newestLine() {
    return store.newestLine();
  }

  /** Lines of the history of a run after a cursor, in order. */
  public List<RunEventLine> history(RunId id, long after, int most, Caller caller) {
    find(id, caller);
    return store.history(id, after, most);
  }
}
