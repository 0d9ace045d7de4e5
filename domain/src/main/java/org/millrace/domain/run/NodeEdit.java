package org.millrace.domain.run;

import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.TaskId;

/** A node with some parts exchanged; for {@link NodeMachine} alone. */
final class NodeEdit {
  private final RunNode old;
  private int generation;
  private NodeState state;
  private Entries entries;
  private Optional<NodeEnd> end;
  private Optional<TaskId> task;
  private Optional<Cause> cause;
  private boolean telling;
  private int made;

  NodeEdit(RunNode old) {
    this.old = old;
    generation = old.generation();
    state = old.state();
    entries = old.entries();
    end = old.end();
    task = old.task();
    cause = old.cause();
    telling = old.telling();
    made = old.made();
  }

  NodeEdit state(NodeState value) {
    state = value;
    return this;
  }

  NodeEdit entries(Entries value) {
    entries = value;
    return this;
  }

  NodeEdit task(TaskId value) {
    task = Optional.of(value);
    return this;
  }

  NodeEdit cause(Optional<Cause> value) {
    cause = value;
    return this;
  }

  NodeEdit made(int value) {
    made = value;
    return this;
  }

  NodeEdit toldAll() {
    telling = false;
    return this;
  }

  /** It has ended, and those after it are to be told, unless they have to wait for another end. */
  NodeEdit ended(NodeEnd value, FailurePolicy policy) {
    state = NodeState.ENDED;
    end = Optional.of(value);
    telling = EdgeMark.after(value, policy).isPresent();
    return this;
  }

  /** Nothing of its last end stays but the task, for those who ask what was. */
  NodeEdit anew(NodeState to, Entries left) {
    generation++;
    end = Optional.empty();
    cause = Optional.empty();
    telling = false;
    made = to == NodeState.SPREAD ? made : 0; // its items are there
    return state(to).entries(left);
  }

  RunNode done() {
    return new RunNode(
        old.place(),
        old.key(),
        generation,
        state,
        old.leading(),
        entries,
        end,
        task,
        cause,
        old.parent(),
        telling,
        made);
  }
}
