package org.millrace.testkit.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.domain.run.RunTally;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.StorePorts;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.runs.RunViewStore.RunEventLine;
import org.millrace.engine.runs.RunViewStore.RunQuery;

/** The promises about runs, checked on what is really stored once all is at rest. */
final class RunInvariants {
  private static final int ALL = Integer.MAX_VALUE;

  private final StorePorts truth;

  RunInvariants(StorePorts truth) {
    this.truth = truth;
  }

  /**
   * What must hold of every acknowledged run.
   *
   * @param adopted tasks that nodes may have become more than once
   * @param askedFor nodes that somebody wanted to be made anew
   */
  void checkAtRest(
      Set<RunId> acknowledged, Set<TaskId> adopted, Map<RunId, Set<NodeKey>> askedFor) {
    Set<TaskId> tasks = new TreeSet<>();
    for (RunId id : acknowledged) {
      Run run =
          truth
              .runViews()
              .find(id)
              .orElseThrow(() -> Invariants.broken("an acknowledged run is gone: " + id))
              .run();
      demand(run.state().isFinal(), "a run never ended", run);
      List<RunNode> nodes = truth.runViews().nodes(id, 0, ALL);
      Map<Integer, RunNode> byPlace = new HashMap<>();
      nodes.forEach(node -> byPlace.put(node.place(), node));
      demand(
          count(run, nodes).equals(run.tally()),
          "its nodes are counted wrong: " + count(run, nodes),
          run);
      List<RunEventLine> history = truth.runViews().history(id, 0, ALL);
      checkEnds(run, history);
      checkStarts(run, history, line -> adopted.contains(line) || tasks.add(line));
      new RerunInvariant(
              run, truth.runs().edges(id, -1, -1, ALL), askedFor.getOrDefault(id, Set.of()))
          .check(history);
      checkMarks(run, byPlace);
      nodes.forEach(node -> checkNode(run, node));
    }
    demandNothingElse(acknowledged);
  }

  /** A run that nobody was told of is the same as one that was, or is not there. */
  private void demandNothingElse(Set<RunId> acknowledged) {
    for (var head :
        truth
            .runViews()
            .list(new RunQuery(Optional.empty(), Optional.empty(), Optional.empty(), ALL))) {
      demand(head.run().state().isFinal(), "a run never ended", head.run());
    }
    if (acknowledged.isEmpty()) {
      throw Invariants.broken("no run was acknowledged");
    }
  }

  private static RunTally count(Run run, List<RunNode> nodes) {
    int open = 0;
    int active = 0;
    int failed = 0;
    for (RunNode node : nodes) {
      open += node.isOpen(run.policy()) ? 1 : 0;
      active += node.state() == NodeState.ACTIVE ? 1 : 0;
      failed += node.hasFailed() ? 1 : 0;
    }
    return new RunTally(open, active, failed);
  }

  /** It ended once, and once more for every time that it was run again. */
  private static void checkEnds(Run run, List<RunEventLine> history) {
    long ends = 0;
    long rewinds = 0;
    for (RunEventLine line : history) {
      if (line.place().isEmpty()) {
        RunState state = RunState.valueOf(line.state());
        ends += state.isFinal() ? 1 : 0;
        rewinds += state == RunState.REWINDING ? 1 : 0;
      }
    }
    demand(ends == rewinds + 1, "it ended " + ends + " times, run again " + rewinds, run);
  }

  /** No node begins twice but once for each time it was asked for, and no task is of two nodes. */
  private static void checkStarts(
      Run run, List<RunEventLine> history, Predicate<TaskId> isNobodyElses) {
    Map<Integer, Integer> left = new HashMap<>();
    Map<Integer, String> last = new HashMap<>();
    Set<Integer> anew = new HashSet<>();
    boolean rewinding = false;
    for (RunEventLine line : history) {
      if (line.place().isEmpty()) {
        rewinding = line.state().equals(RunState.REWINDING.name());
        anew.clear();
        continue;
      }
      int place = line.place().getAsInt();
      String before = last.getOrDefault(place, "");
      last.put(place, line.state());
      boolean triedAgain =
          !rewinding
              && run.policy() == FailurePolicy.HOLD
              && before.equals(NodeEnd.FAILED.name())
              && line.state().equals(NodeState.READY.name());
      if (triedAgain || (rewinding && anew.add(place))) {
        left.merge(place, 1, Integer::sum);
      }
      if (line.state().equals(NodeState.ACTIVE.name())) {
        demand(isNobodyElses.test(line.task().orElseThrow()), "a task is of two nodes", run);
        demand(left.merge(place, -1, Integer::sum) >= -1, "node " + place + " began twice", run);
      }
    }
  }

  /** What was told to a node is what its edges say, and what they say is how nodes ended. */
  private void checkMarks(Run run, Map<Integer, RunNode> nodes) {
    Map<Integer, Set<EdgeMark>> told = new HashMap<>();
    Map<Integer, Integer> unmarked = new HashMap<>();
    for (StoredEdge edge : truth.runs().edges(run.id(), -1, -1, ALL)) {
      RunNode from = nodes.get(edge.from());
      if (edge.mark().isPresent()) {
        told.computeIfAbsent(edge.to(), _ -> new HashSet<>()).add(edge.mark().get());
        demand(from != null && fits(from, edge.mark().get()), "a mark lies: " + edge, run);
      } else {
        unmarked.merge(edge.to(), 1, Integer::sum);
        demand(
            from != null && run.tally().open() > 0 && mayBeUntold(run, from),
            "an end was not told: " + edge,
            run);
      }
    }
    for (RunNode node : nodes.values()) {
      if (node.parent().isEmpty() && node.state() != NodeState.SPREAD && !wasSpread(run, node)) {
        demand(
            node.entries().open() == unmarked.getOrDefault(node.place(), 0),
            "node " + node + " counts its edges wrong",
            run);
      }
      if (wasSpread(run, node)) {
        checkItems(run, node);
      }
    }
  }

  /** It is not there yet, or the run ended before it was told, or it waits for another end. */
  private static boolean mayBeUntold(Run run, RunNode node) {
    return node.state() != NodeState.ENDED
        || node.telling()
        || (node.hasFailed() && run.policy() != FailurePolicy.CONTINUE);
  }

  /** Every item told its end once. */
  private void checkItems(Run run, RunNode spread) {
    int taken = 0;
    int barred = 0;
    for (RunNode item : truth.runViews().items(run.id(), spread.place(), 0, ALL)) {
      boolean told = item.end().isPresent() && !item.telling();
      taken += told && ended(item, NodeEnd.COMPLETED) ? 1 : 0;
      barred += told && item.hasFailed() && run.policy() == FailurePolicy.CONTINUE ? 1 : 0;
    }
    demand(
        spread.entries().taken() == taken && spread.entries().barred() == barred,
        "node " + spread + " counts its items wrong: " + taken + ", " + barred,
        run);
  }

  private boolean wasSpread(Run run, RunNode node) {
    return !truth.runViews().items(run.id(), node.place(), 0, 1).isEmpty();
  }

  private static boolean fits(RunNode from, EdgeMark mark) {
    return switch (mark) {
      case TAKEN -> ended(from, NodeEnd.COMPLETED) || from.leftInSpite();
      case UNDECIDED -> ended(from, NodeEnd.COMPLETED);
      case NOT_TAKEN, PASSED -> ended(from, NodeEnd.COMPLETED) || ended(from, NodeEnd.SKIPPED);
      case BARRED -> ended(from, NodeEnd.FAILED) || ended(from, NodeEnd.BARRED);
    };
  }

  private static boolean ended(RunNode node, NodeEnd end) {
    return node.end().equals(Optional.of(end));
  }

  private void checkNode(Run run, RunNode node) {
    demand(node.state() != NodeState.ACTIVE, "a run ended before node " + node.key(), run);
    demand(
        run.state() != RunState.COMPLETE || (node.end().isPresent() && !node.hasFailed()),
        "it is complete, and node " + node.key() + " is not",
        run);
    node.task()
        .ifPresent(id -> {
          Task task = truth.views().find(id).orElseThrow().task();
          demand(task.state().isFinal(), "task " + id + " of an ended run never ended", run);
        });
  }

  private static void demand(boolean holds, String otherwise, Run run) {
    if (!holds) {
      throw Invariants.broken(otherwise + "\n  " + run);
    }
  }
}
