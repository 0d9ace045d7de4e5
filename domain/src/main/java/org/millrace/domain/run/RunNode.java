package org.millrace.domain.run;

import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.task.TaskId;

/**
 * The living row of a node. {@link RunMachine} alone makes changed ones.
 *
 * @param place in the order of the author, from 0; items of a spread node come after all others
 * @param generation 1, and one more each time it is made anew; what was decided of an earlier one
 *     changes nothing
 * @param leading how many edges say whether it is come to at all
 * @param entries what was told to it: by its edges; once it is spread, by its items
 * @param task what it became last
 * @param cause why it failed, or was skipped, if not by its task
 * @param parent of an item, the place of the node that was spread
 * @param telling whether those after it are still to be told of its end
 * @param made of a spread node, how many of its items are nodes
 */
public record RunNode(
    int place,
    NodeKey key,
    int generation,
    NodeState state,
    int leading,
    Entries entries,
    Optional<NodeEnd> end,
    Optional<TaskId> task,
    Optional<Cause> cause,
    OptionalInt parent,
    boolean telling,
    int made) {
  public RunNode {
    if ((state == NodeState.ENDED) != end.isPresent()) {
      throw new IllegalArgumentException("a node has an end exactly when it ended: " + state);
    }
    if (state == NodeState.ACTIVE && task.isEmpty()) {
      throw new IllegalArgumentException("an active node has a task");
    }
    if (telling && state != NodeState.ENDED) {
      throw new IllegalArgumentException("only what has ended is told: " + state);
    }
  }

  /**
   * A node as it is first stored: ready if nothing enters it.
   *
   * @param edges that enter it
   * @param leading how many of them say whether it is come to at all
   */
  public static RunNode planned(int place, NodeKey key, int edges, int leading) {
    return fresh(place, key, edges, leading, OptionalInt.empty());
  }

  /** An item of a spread node. */
  public static RunNode item(int place, NodeKey key, int parent) {
    return fresh(place, key, 0, 0, OptionalInt.of(parent));
  }

  private static RunNode fresh(int place, NodeKey key, int edges, int leading, OptionalInt parent) {
    return new RunNode(
        place,
        key,
        1,
        edges == 0 ? NodeState.READY : NodeState.WAITING,
        leading,
        Entries.of(edges),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        parent,
        false,
        0);
  }

  /** Whether a run may yet have to wait for it. */
  public boolean isOpen(FailurePolicy policy) {
    return switch (state) {
      case WAITING, READY, ACTIVE, SPREAD -> true;
      case ENDED -> hasFailed() && policy == FailurePolicy.HOLD;
    };
  }

  /** Whether it did not end well, and left something all the same: it ran, or its items did. */
  public boolean leftInSpite() {
    return (hasFailed() && task.isPresent())
        || (end.equals(Optional.of(NodeEnd.BARRED)) && made > 0);
  }

  /** Whether it ended and failed. */
  public boolean hasFailed() {
    return end.equals(Optional.of(NodeEnd.FAILED));
  }
}
