package org.millrace.engine.runs;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.TaskEvent.CancelRequested;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.transition.TaskTransitions;

/**
 * Cancels the tasks of a run that stops, a bounded number at a time. Tasks that were there before
 * the run are left alone.
 */
final class Stopping {
  private static final int AT_ONCE = 256;

  private final RunStore store;
  private final RunViewStore runs;
  private final TaskTransitions transitions;
  private final InstantSource clock;

  /** How far the nodes of a run were gone through: begun anew by a server that does not know. */
  private final Map<RunId, Integer> gone = new HashMap<>();

  Stopping(RunStore store, RunViewStore runs, TaskTransitions transitions, InstantSource clock) {
    this.store = store;
    this.runs = runs;
    this.transitions = transitions;
    this.clock = clock;
  }

  /** One piece; whether there was anything to stop. */
  boolean stop(RunHead head) {
    Run run = head.run();
    int from = gone.getOrDefault(run.id(), 0);
    List<RunNode> active = store.active(run.id(), from, AT_ONCE);
    if (active.isEmpty()) {
      return false; // all are being cancelled; the run ends with the last of them
    }
    String by = run.cancelledBy().orElse("run " + run.id() + ", of which a node failed");
    List<NodeChange> letGo = new ArrayList<>();
    for (RunNode node : active) {
      if (isAdopted(run, node)) {
        letGo.add(NodeChange.of(run.id(), node, new NodeEvent.LetGo()));
      } else {
        transitions.apply(node.task().orElseThrow(), new CancelRequested(by, clock.instant()));
      }
    }
    if (!letGo.isEmpty()) {
      store.apply(letGo, clock.instant());
    }
    gone.put(run.id(), active.getLast().place() + 1);
    return true;
  }

  private boolean isAdopted(Run run, RunNode node) {
    return runs.plan(run.id(), node.place()).filter(NodePlan.Adopted.class::isInstance).isPresent();
  }

  /** Forgets runs that are not among those that stop: one may stop again later. */
  void forgetOthers(Set<RunId> open) {
    gone.keySet().retainAll(open);
  }
}
