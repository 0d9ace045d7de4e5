package org.millrace.engine.runs;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeMachine;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.submission.IntakeStore.Done;
import org.millrace.engine.submission.IntakeStore.NewTask;

/**
 * What is next in one run, a transaction's worth of it: changes in order, and the rows as they will
 * be once these are stored. So what follows from a change can be decided before it is stored, and
 * is stored with it. Where the rows have changed meanwhile, the changes do not fit, and change
 * nothing.
 */
final class RunTurn {
  /** Changes of one transaction: nobody else writes meanwhile. */
  private static final int MOST = 1000;

  /** About so many characters of tasks, and one task more: they are in memory until stored. */
  private static final long HEAVIEST = 4 << 20;

  private final Instant now;
  private final Map<Integer, RunNode> changed = new HashMap<>();
  private final Map<TaskId, Done> done = new HashMap<>();
  private final List<NodeChange> changes = new ArrayList<>();
  private final Deque<RunNode> telling = new ArrayDeque<>();
  private final Deque<RunNode> ready = new ArrayDeque<>();
  private Run run;
  private long weight;

  RunTurn(Run run, Instant now) {
    this.run = run;
    this.now = now;
  }

  RunId id() {
    return run.id();
  }

  /** As it will be. */
  Run run() {
    return run;
  }

  Instant now() {
    return now;
  }

  /** A node as it will be. */
  RunNode node(RunNode stored) {
    return changed.getOrDefault(stored.place(), stored);
  }

  /** How a task was done that is to be stored with this turn. */
  Optional<Done> done(TaskId task) {
    return Optional.ofNullable(done.get(task));
  }

  /** How many more changes there is room for. */
  int room() {
    return weight < HEAVIEST ? MOST - changes.size() : 0;
  }

  List<NodeChange> changes() {
    return changes;
  }

  /** Nodes that this turn made ready, and whose plans are not read yet. */
  Deque<RunNode> ready() {
    return ready;
  }

  /** Nodes whose ends this turn brought about, or did not tell to all. */
  Deque<RunNode> telling() {
    return telling;
  }

  /** Adds a change of this node; one that does not fit even now is left out. */
  void add(RunNode node, NodeChange change) {
    NodeTransition transition = NodeMachine.apply(run, node, change.event(), now);
    if (!transition.changed()) {
      return;
    }
    changes.add(change);
    weight += change.task().map(fresh -> NodePlan.weightOf(fresh.spec())).orElse(0L);
    take(node, transition);
    change.task().flatMap(NewTask::done).ifPresent(how -> end(transition.node(), how));
  }

  /** Its task was done before it was stored. */
  private void end(RunNode node, Done how) {
    Task task = how.ended().task();
    done.put(task.id(), how);
    take(node, NodeMachine.apply(run, node, new NodeEvent.TaskEnded(task.id(), task.state()), now));
  }

  private void take(RunNode node, NodeTransition transition) {
    run = transition.run();
    RunNode after = transition.node();
    changed.put(after.place(), after);
    if (after.state() == NodeState.READY && node.state() != NodeState.READY) {
      ready.add(after);
    }
    if (after.telling() && !node.telling()) {
      telling.add(after);
    }
  }
}
