package org.millrace.engine.runs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.BrokenGraph;
import org.millrace.domain.graph.Edge;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.run.RunPlan.PlannedEdge;
import org.millrace.domain.run.RunPlan.PlannedNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.submission.Admission;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Ids;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.FaceRule;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.engine.views.Explain;
import org.millrace.engine.views.InTheWay;
import org.millrace.engine.views.TaskViews;

/**
 * What a server does with one run, on rows in memory. Work of the handler {@code echo} is done at
 * once; all other is a task, which ends when the test says so.
 */
final class World {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Lane LANE = new Lane("inprocess");
  static final Caller ALICE = Caller.of("alice");
  static final Caller MALLORY = Caller.of("mallory");

  final StoredTasks tasks = new StoredTasks();
  final StoredRun rows = new StoredRun(tasks);
  final Counted work = new Counted();
  final Counted history = new Counted();
  final Counted bellOfRuns = new Counted();
  Instant now = NOON;
  Admission admission = spec -> spec;

  private final List<PlannedNode> nodes = new ArrayList<>();
  private final List<PlannedEdge> edges = new ArrayList<>();
  private int lastId;

  final RunViews views = new RunViews(rows, tasks);
  final SubmitRun submit;
  final RunRequests requests;
  final ExplainRun explain;
  final RunAdvancer advancer;

  World() {
    var news = new News(work, history, bellOfRuns, new Counted());
    Ids ids = () -> new TaskId("t" + lastId++);
    var lanes = new Lanes(List.of(), Map.of(InProcessWork.class, LANE));
    var runtimes = new Runtimes(List.of(new Handlers()));
    Admission now = spec -> admission.admit(spec);
    var transitions =
        new TaskTransitions(tasks, FaceRule.UNCHANGED, Announcer.NOBODY, new StopSigns(), news);
    submit = new SubmitRun(new PlanAdmission(now), rows, rows, news, ids, this::now);
    requests = new RunRequests(views, rows, rows, news, this::now);
    explain =
        new ExplainRun(
            views,
            rows,
            new Explain(
                new TaskViews(tasks),
                tasks,
                lanes,
                runtimes,
                new StagingBoard(this::now),
                InTheWay.NOTHING,
                Optional::empty,
                true,
                this::now));
    advancer =
        new RunAdvancer(
            rows,
            rows,
            new Moving(
                rows,
                rows,
                tasks,
                new Beginning(tasks, transitions, now, lanes, runtimes, Announcer.NOBODY, ids),
                new Telling(rows, rows),
                news,
                this::now),
            new Spreading(rows, rows, tasks, this::now),
            new Stopping(rows, rows, transitions, this::now),
            new Rewinding(rows, rows, this::now),
            news,
            this::now);
  }

  private Instant now() {
    return now;
  }

  // --- the graph ---

  /** Nodes that are tasks, and nothing is known of them but their end. */
  World tasks(String... keys) {
    Arrays.stream(keys).forEach(key -> node(key, new NodePlan.Single(spec("work", Value.NOTHING))));
    return this;
  }

  /** A task whose handler is given this. */
  World task(String key, Value arguments) {
    return node(key, new NodePlan.Single(spec("work", arguments)));
  }

  /** It leaves what it is given, at once. */
  World echo(String key, Value arguments) {
    return node(key, new NodePlan.Single(spec("echo", arguments)));
  }

  World node(String key, NodePlan plan) {
    nodes.add(new PlannedNode(new NodeKey(key), plan));
    return this;
  }

  /** It becomes a task for each item. */
  World each(String key, Value list, int most) {
    return node(key, new NodePlan.Each(list, spec("work", text("${index}: ${item.name}")), most));
  }

  World edge(String from, String to) {
    return edge(from, to, Optional.empty());
  }

  World edge(String from, String to, Condition condition) {
    return edge(from, to, Optional.of(condition));
  }

  private World edge(String from, String to, Optional<Condition> condition) {
    edges.add(new PlannedEdge(new Edge(new NodeKey(from), new NodeKey(to)), condition));
    return this;
  }

  RunPlan plan(FailurePolicy policy) {
    var spec =
        new RunSpec(
            new Owner("alice"), "api", Optional.empty(), Optional.empty(), Map.of(), policy);
    try {
      return RunPlan.of(spec, nodes, edges);
    } catch (BrokenGraph broken) {
      throw new AssertionError("a graph of a test is broken", broken);
    }
  }

  /** Submits it, and goes on as far as that is possible. */
  RunId started(FailurePolicy policy) throws InterruptedException {
    RunId run = submit.submit(plan(policy), Optional.empty());
    advancer.runOnce();
    return run;
  }

  static Condition when(String node, String field, Condition.Test test) {
    return new Condition(
        new Reference.OfNode(
            new NodeKey(node), new ValuePath(List.of(new ValuePath.Step.Field(field)))),
        test);
  }

  static Value text(String text) {
    return new Value.Text(text);
  }

  static Value number(long number) {
    return new Value.Numeral(String.valueOf(number));
  }

  static Value list(Value... items) {
    return new Value.Items(List.of(items));
  }

  static Value map(Object... namesAndValues) {
    Map<String, Value> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], (Value) namesAndValues[i + 1]);
    }
    return new Value.Fields(fields);
  }

  static TaskSpec spec(String handler, Value arguments) {
    return spec(ALICE.owner(), handler, arguments);
  }

  private static TaskSpec spec(Owner owner, String handler, Value arguments) {
    return new TaskSpec(
        owner,
        "api",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        TaskSpec.NORMAL_PRIORITY,
        new InProcessWork(handler, arguments),
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }

  // --- what happens ---

  /** A task that is no part of any run. */
  TaskId existing(String id, String owner) {
    var task = new TaskId(id);
    TaskSpec spec = spec(new Owner(owner), "work", Value.NOTHING);
    tasks.insert(NewTask.of(Task.submitted(task, spec, LANE, now), spec));
    return task;
  }

  /** The task of this node ends well and leaves this; what follows is done. */
  void complete(String key, Value left) throws InterruptedException {
    end(key, new Outcome.Completed(), AttemptReport.EMPTY.withValue(left));
  }

  /** The task of this node fails with this message; what follows is done. */
  void fail(String key, String why) throws InterruptedException {
    end(
        key,
        new Outcome.WorkFailed(Cause.ofCaller("work-failed", why, "")),
        AttemptReport.EMPTY.withValue(map("said", text(why))));
  }

  private void end(String key, Outcome outcome, AttemptReport report) throws InterruptedException {
    tasks.end(rows.node(key).task().orElseThrow(), outcome, report, now);
    rows.endWithTasks(now);
    advancer.runOnce();
  }

  /** What the handler of this node's task was given. */
  Value given(String key) {
    Work given = tasks.find(rows.node(key).task().orElseThrow()).orElseThrow().spec().work();
    return ((InProcessWork) given).arguments();
  }

  /** Each node by its key: its end, or its state. */
  Map<String, String> states() {
    Map<String, String> states = new LinkedHashMap<>();
    rows.nodes(rows.run().id(), 0, Integer.MAX_VALUE)
        .forEach(node ->
            states.put(node.key().text(), node.end().map(Enum::name).orElse(node.state().name())));
    return states;
  }

  /** How often it rang. */
  static final class Counted implements Bell {
    private long rings;

    @Override
    public long rings() {
      return rings;
    }

    @Override
    public void ring() {
      rings++;
    }

    @Override
    public long await(long heard, Duration most) {
      throw new AssertionError("nobody waits in one thread");
    }
  }

  /** Does {@code echo} at once. */
  private static final class Handlers implements TaskRuntime {
    @Override
    public RuntimeOffer offer() {
      return new RuntimeOffer(
          new RuntimeName("inprocess"),
          "",
          Custody.HELD,
          Set.of(InProcessWork.class),
          Integer.MAX_VALUE,
          Long.MAX_VALUE,
          List.of(),
          Optional.empty());
    }

    @Override
    public Optional<Value> doAtOnce(Work work) {
      return work instanceof InProcessWork(String handler, Value arguments)
              && handler.equals("echo")
          ? Optional.of(arguments)
          : Optional.empty();
    }

    @Override
    public void prepare(AttemptOrder order) {
      throw new AssertionError("no attempt is made here");
    }

    @Override
    public void start(AttemptOrder order) {
      throw new AssertionError("no attempt is made here");
    }

    @Override
    public ComputeEnd await(AttemptOrder order) {
      throw new AssertionError("no attempt is made here");
    }

    @Override
    public Optional<ComputeEnd> look(AttemptOrder order) {
      throw new AssertionError("no attempt is made here");
    }

    @Override
    public Collected collect(AttemptOrder order, ComputeEnd end) {
      throw new AssertionError("no attempt is made here");
    }

    @Override
    public void cancel(Handle handle) {
      throw new AssertionError("no attempt is made here");
    }

    @Override
    public void clean(Handle handle) {
      throw new AssertionError("no attempt is made here");
    }

    @Override
    public Stream<Handle> survivors() {
      return Stream.empty();
    }
  }
}
