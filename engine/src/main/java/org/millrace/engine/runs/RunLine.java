package org.millrace.engine.runs;

import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.TaskId;

/**
 * What a change leaves in the history of a run; every store writes the same lines. Pure.
 *
 * @param place of the node; empty if it tells of the run as a whole
 * @param state of the node or run afterwards; of a node that ended, its end
 * @param task that the node is, if it is one
 * @param detail why, if there is something to say
 */
public record RunLine(
    OptionalInt place,
    Optional<NodeKey> node,
    String state,
    Optional<TaskId> task,
    Optional<String> detail) {

  /** One, if the state of the run is another one; who cancelled it is its detail. */
  public static Optional<RunLine> of(Run before, Run after) {
    return before.state() == after.state()
        ? Optional.empty()
        : Optional.of(
            new RunLine(
                OptionalInt.empty(),
                Optional.empty(),
                after.state().name(),
                Optional.empty(),
                isCancelled(after) ? after.cancelledBy() : Optional.empty()));
  }

  private static boolean isCancelled(Run run) {
    return run.state() == RunState.CANCELING || run.state() == RunState.CANCELED;
  }

  /** One, if the node is in another state or was made anew; none of what was only counted. */
  public static Optional<RunLine> of(RunNode before, RunNode after) {
    return before.state() == after.state() && before.generation() == after.generation()
        ? Optional.empty()
        : Optional.of(
            new RunLine(
                OptionalInt.of(after.place()),
                Optional.of(after.key()),
                after.end().map(NodeEnd::name).orElse(after.state().name()),
                isOrWasTask(after) ? after.task() : Optional.empty(),
                after.cause().map(Cause::message)));
  }

  /** One that was made anew remembers a task, but is none yet. */
  private static boolean isOrWasTask(RunNode node) {
    return node.state() == NodeState.ACTIVE || node.state() == NodeState.ENDED;
  }
}
