package org.millrace.domain.run;

import java.time.Instant;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.run.NodeEvent.Begun;
import org.millrace.domain.run.NodeEvent.EntryTold;
import org.millrace.domain.run.NodeEvent.ItemsMade;
import org.millrace.domain.run.NodeEvent.LetGo;
import org.millrace.domain.run.NodeEvent.MadeAnew;
import org.millrace.domain.run.NodeEvent.Passed;
import org.millrace.domain.run.NodeEvent.Spread;
import org.millrace.domain.run.NodeEvent.TaskEnded;
import org.millrace.domain.run.NodeEvent.ToldAll;
import org.millrace.domain.run.NodeEvent.TriedAgain;
import org.millrace.domain.run.NodeEvent.Unfit;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

/**
 * Decides every change of a node, and what follows from it for the run. Pure.
 *
 * <p>An event that does not fit the state it meets changes nothing: it was decided of an older
 * state, or is told a second time.
 */
public final class NodeMachine {
  private static final Cause LET_GO =
      new Cause("run-stopped", "its run stopped; the task, which was there before, goes on", "");

  private NodeMachine() {}

  /** The node and its run after the event. */
  public static NodeTransition apply(Run run, RunNode node, NodeEvent event, Instant now) {
    RunNode next = next(run, node, event);
    return next.equals(node)
        ? new NodeTransition(run, node, false)
        : new NodeTransition(counted(run, node, next, event, now), next, true);
  }

  private static RunNode next(Run run, RunNode node, NodeEvent event) {
    var edit = new NodeEdit(node);
    return switch (event) {
      case EntryTold told when run.state().tells() -> entryTold(run, node, told);
      case Begun(TaskId task) when startsNow(run, node) ->
          edit.state(NodeState.ACTIVE).task(task).done();
      case Passed _ when startsNow(run, node) -> edit.ended(NodeEnd.COMPLETED, run.policy()).done();
      case Unfit(Cause why) when startsNow(run, node) ->
          edit.cause(Optional.of(why)).ended(NodeEnd.FAILED, run.policy()).done();
      case Spread(int items) when startsNow(run, node) ->
          items == 0
              ? edit.ended(NodeEnd.COMPLETED, run.policy()).done()
              : edit.state(NodeState.SPREAD).entries(Entries.of(items)).made(0).done();
      case ItemsMade(int first, int items)
          when run.state().starts() && node.state() == NodeState.SPREAD && node.made() == first ->
          edit.made(first + items).done();
      case TaskEnded(TaskId task, TaskState state)
          when node.state() == NodeState.ACTIVE && node.task().equals(Optional.of(task)) ->
          edit.ended(endOf(state), run.policy()).done();
      case TaskEnded(TaskId task, TaskState state)
          when state == TaskState.COMPLETE && isHeldFor(run, node, task) ->
          edit.ended(NodeEnd.COMPLETED, run.policy()).done();
      case LetGo _ when run.state().stops() && node.state() == NodeState.ACTIVE ->
          edit.cause(Optional.of(LET_GO)).ended(NodeEnd.FAILED, run.policy()).done();
      case ToldAll(int rewind)
          when rewind == run.rewinds() && run.state().tells() && node.telling() ->
          edit.toldAll().done();
      case TriedAgain _ when run.state().tells() && mayBeTriedAgain(run, node) ->
          edit.anew(NodeState.READY, node.entries()).done();
      case MadeAnew(int rewind, NodeState to, Entries entries) when run.isRewound(rewind) ->
          edit.anew(to, entries).done();
      case EntryTold _,
          Begun _,
          Passed _,
          Unfit _,
          Spread _,
          ItemsMade _,
          TaskEnded _,
          LetGo _,
          ToldAll _,
          TriedAgain _,
          MadeAnew _ ->
          node;
    };
  }

  private static boolean startsNow(Run run, RunNode node) {
    return run.state().starts() && node.state() == NodeState.READY;
  }

  private static RunNode entryTold(Run run, RunNode node, EntryTold event) {
    return switch (node.state()) {
      case WAITING -> edgeTold(run, node, event);
      case SPREAD -> itemTold(run, node, event);
      case READY, ACTIVE, ENDED -> node;
    };
  }

  private static RunNode edgeTold(Run run, RunNode node, EntryTold event) {
    Entries entries = node.entries().with(event.mark());
    NodeEdit edit = new NodeEdit(node).entries(entries).cause(node.cause().or(event::why));
    return switch (entries.step(node.leading())) {
      case WAIT -> edit.done();
      case START -> edit.state(NodeState.READY).cause(Optional.empty()).done();
      case SKIP -> edit.ended(NodeEnd.SKIPPED, run.policy()).done();
      case BAR -> edit.ended(NodeEnd.BARRED, run.policy()).done();
      case FAIL -> edit.ended(NodeEnd.FAILED, run.policy()).done();
    };
  }

  /** A node that was spread ends with the last of its items. */
  private static RunNode itemTold(Run run, RunNode node, EntryTold event) {
    Entries entries = node.entries().with(event.mark());
    NodeEdit edit = new NodeEdit(node).entries(entries).cause(node.cause().or(event::why));
    if (entries.open() > 0) {
      return edit.done();
    }
    NodeEnd end = entries.barred() > 0 ? NodeEnd.BARRED : NodeEnd.COMPLETED;
    return edit.ended(end, run.policy()).done();
  }

  private static NodeEnd endOf(TaskState state) {
    return switch (state) {
      case COMPLETE -> NodeEnd.COMPLETED;
      case EXECUTOR_ERROR, SYSTEM_ERROR, CANCELED -> NodeEnd.FAILED;
      case WAITING, QUEUED, INITIALIZING, RUNNING, PAUSED, CANCELING, PREEMPTED ->
          throw new IllegalArgumentException("a task that ended is not " + state);
    };
  }

  /** Nobody after a held node was told of its end, so that it may be tried again at any time. */
  private static boolean mayBeTriedAgain(Run run, RunNode node) {
    return isHeld(run, node) && node.entries().undecided() == 0;
  }

  private static boolean isHeld(Run run, RunNode node) {
    return node.hasFailed() && node.isOpen(run.policy());
  }

  /** A task that was asked for again may mend the failure that it was itself, and no other one. */
  private static boolean isHeldFor(Run run, RunNode node, TaskId task) {
    return run.state().tells()
        && isHeld(run, node)
        && node.cause().isEmpty()
        && node.task().equals(Optional.of(task));
  }

  /** While nodes are made anew they are not counted; all are, at the end of it. */
  private static Run counted(Run run, RunNode before, RunNode after, NodeEvent event, Instant now) {
    if (run.state() == RunState.REWINDING) {
      return run;
    }
    int items = event instanceof ItemsMade(int _, int made) ? made : 0;
    return new RunEdit(run)
        .nextPlace(run.nextPlace() + items)
        .tally(
            run.tally()
                .plus(
                    items + one(after.isOpen(run.policy())) - one(before.isOpen(run.policy())),
                    one(after.state() == NodeState.ACTIVE)
                        - one(before.state() == NodeState.ACTIVE),
                    one(after.hasFailed()) - one(before.hasFailed())))
        .settled(now);
  }

  private static int one(boolean counts) {
    return counts ? 1 : 0;
  }
}
