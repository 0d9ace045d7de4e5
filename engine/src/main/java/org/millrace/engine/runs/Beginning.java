package org.millrace.engine.runs;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.MissingValue;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.graph.Reference.Root;
import org.millrace.domain.graph.Values;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeEvent.Begun;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent.AskedAgain;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition.Changed;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.Runtimes.DoneAtOnce;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.submission.Admission;
import org.millrace.engine.submission.IntakeStore.Done;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.threads.Ids;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes tasks of nodes that are ready. */
final class Beginning {
  private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);
  private static final Set<Root> OF_NODES = EnumSet.of(Root.NODES);
  private static final Set<Root> OF_ITEMS = EnumSet.of(Root.NODES, Root.ITEM);

  private final ViewStore tasks;
  private final TaskTransitions transitions;
  private final Admission admission;
  private final Lanes lanes;
  private final Runtimes runtimes;
  private final Announcer announcer;
  private final Ids ids;

  Beginning(
      ViewStore tasks,
      TaskTransitions transitions,
      Admission admission,
      Lanes lanes,
      Runtimes runtimes,
      Announcer announcer,
      Ids ids) {
    this.tasks = tasks;
    this.transitions = transitions;
    this.admission = admission;
    this.lanes = lanes;
    this.runtimes = runtimes;
    this.announcer = announcer;
    this.ids = ids;
  }

  /** Makes of a node what it is to become. */
  void begin(RunTurn turn, RunNode stored, LeftValues values) {
    RunNode node = turn.node(stored);
    if (node.state() == NodeState.READY) {
      turn.add(node, change(turn, node, values));
    }
  }

  /** What becomes of a node; one that cannot begin keeps no other from it. */
  private NodeChange change(RunTurn turn, RunNode node, LeftValues values) {
    RunId run = turn.id();
    try {
      return switch (values.plan(node.place())) {
        case NodePlan.Single(TaskSpec task, boolean admitted) ->
            begun(turn, node, admitted ? task : admission.admit(filled(task, OF_NODES, values)));
        case NodePlan.Item item ->
            begun(turn, node, admission.admit(ofItem(run, node, item, values)));
        case NodePlan.Each each -> spread(run, node, each, values);
        case NodePlan.Barrier() -> NodeChange.of(run, node, new NodeEvent.Passed());
        case NodePlan.Adopted(TaskId task) -> adopted(turn, node, task);
      };
    } catch (MissingValue missing) {
      return unfit(run, node, missing(run, missing));
    } catch (Refusal refusal) {
      if (refusal.failure() instanceof Failure.Unavailable) {
        throw refusal; // not its fault: tried again at the next turn
      }
      return unfit(run, node, Cause.ofCaller("not-admitted", refusal.failure().message(), ""));
    } catch (RuntimeException defect) {
      LOG.error("run={} node={} cannot begin, by a defect", run, node.key(), defect);
      return unfit(
          run,
          node,
          new Cause(
              "defect", "it cannot begin, by a defect of the server", "see the server's log"));
    }
  }

  private NodeChange begun(RunTurn turn, RunNode node, TaskSpec spec) {
    Task task =
        Task.submitted(ids.next(), spec, lanes.of(spec.work(), spec.resources()), turn.now());
    NewTask fresh = NewTask.of(task, spec);
    return NodeChange.of(turn.id(), node, new Begun(task.id()))
        .as(runtimes.doAtOnce(spec).map(done -> done(fresh, done)).orElse(fresh));
  }

  /** Nobody has to take it up: it is stored with its end, and what follows it follows at once. */
  private NewTask done(NewTask fresh, DoneAtOnce done) {
    Task task = fresh.task();
    Handle handle = Handle.of(done.by().name(), done.by().site(), task.id(), 1);
    Changed ended = TaskMachine.doneAtOnce(task);
    return fresh.done(
        new Done(ended, handle, AttemptReport.EMPTY.withValue(done.left())), announcer.tell(ended));
  }

  private TaskSpec filled(TaskSpec plan, Set<Root> roots, Values values) throws MissingValue {
    return NodePlan.filled(admission.opened(plan), roots, values);
  }

  private TaskSpec ofItem(RunId run, RunNode node, NodePlan.Item item, LeftValues values)
      throws MissingValue {
    if (values.plan(node.parent().orElseThrow())
        instanceof NodePlan.Each(var _, TaskSpec plan, int _)) {
      return filled(plan, OF_ITEMS, new ItemValues(values, item));
    }
    throw new IllegalStateException("run " + run + ": what node " + node.key() + " is an item of");
  }

  private static NodeChange spread(RunId run, RunNode node, NodePlan.Each each, LeftValues values)
      throws MissingValue {
    Value list = Spreading.list(each, values);
    if (!(list instanceof Value.Items(List<Value> items))) {
      return unfit(
          run,
          node,
          Cause.ofCaller(
              "no-list",
              "what it is to be spread over is " + list.kind() + ", where a list is wanted",
              "see for_each"));
    }
    return items.size() <= each.most()
        ? NodeChange.of(run, node, new NodeEvent.Spread(items.size()))
        : unfit(
            run,
            node,
            Cause.ofCaller(
                "too-many-items",
                "the list has "
                    + items.size()
                    + " items, and at most "
                    + each.most()
                    + " are allowed",
                "raise max_items, or make the list shorter"));
  }

  private NodeChange adopted(RunTurn turn, RunNode node, TaskId id) {
    Optional<Task> theirs =
        tasks.find(id).map(TaskView::task).filter(task -> task.owner().equals(turn.run().owner()));
    if (theirs.isEmpty()) {
      return unfit(
          turn.id(),
          node,
          Cause.ofCaller("no-such-task", "there is no task " + id + " of this owner", ""));
    }
    if (isToBeRoused(theirs.get())) {
      transitions.apply(
          id, new AskedAgain("run " + turn.id(), AskedAgain.BY_RUN, false, turn.now()));
    }
    return NodeChange.of(turn.id(), node, new Begun(id));
  }

  /**
   * Whether it does nothing, and would never. It is asked for before its node is stored as begun: a
   * crash in between leaves a task that goes on, and a node that adopts it then.
   */
  private static boolean isToBeRoused(Task task) {
    boolean failed = task.state().isFinal() && task.state() != TaskState.COMPLETE;
    return task.isUnasked() || (failed && task.assigned());
  }

  private static NodeChange unfit(RunId run, RunNode node, Cause why) {
    return NodeChange.of(run, node, new NodeEvent.Unfit(why));
  }

  static Cause missing(RunId run, MissingValue missing) {
    return Cause.ofCaller(
        "value-missing",
        String.valueOf(missing.getMessage()),
        missing.reference() instanceof Reference.OfNode(NodeKey node, ValuePath _)
            ? "look at what that node left: millrace graph show %s --values '%s'"
                .formatted(run, node)
            : "");
  }
}
