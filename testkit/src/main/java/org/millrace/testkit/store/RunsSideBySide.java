package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.RunFixture.aRun;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.Entries;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.TaskEvent.CancelRequested;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.value.Value;
import org.millrace.engine.StorePorts;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.runs.RunStore.EdgeAt;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.Over;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.runs.RunViewStore.RunEventLine;
import org.millrace.engine.runs.RunViewStore.RunQuery;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.testkit.RunFixture;
import org.millrace.testkit.TaskSteps;

/**
 * Plays the same random calls about runs on a store and on the model of it, and compares every
 * answer. The seed decides everything.
 */
final class RunsSideBySide {
  private static final int REMEMBERED = 25;
  private static final int ALL = 10_000;
  private final StorePorts subject;
  private final StorePorts model;
  private final long seed;
  private final RandomCalls random;
  private final List<RunId> runs = new ArrayList<>();
  private final List<TaskId> tasks = new ArrayList<>();
  private final Deque<String> latest = new ArrayDeque<>();
  private Instant now = NOON;
  private int steps;

  RunsSideBySide(StorePorts subject, StorePorts model, long seed) {
    this.subject = subject;
    this.model = model;
    this.seed = seed;
    random = new RandomCalls(seed);
  }

  /** Plays so many calls, then compares all that is stored. */
  void play(int calls) {
    submitTask();
    begin();
    while (steps < calls) {
      steps++;
      now = now.plusMillis(random.upTo(3000));
      step();
    }
    runs.forEach(this::compare);
    same("all runs", store -> list(store, Optional.empty(), Optional.empty()));
  }

  private void step() {
    switch (random.upTo(20)) {
      case 0 -> begin();
      case 1 -> submitTask();
      case 2, 3 -> endTask();
      case 4, 5 -> happen();
      case 6 -> retain();
      case 7 -> look();
      case 8 -> compare(oneRun());
      case 9 -> forget();
      default -> change();
    }
  }

  private void submitTask() {
    TaskId id = random.newId();
    tasks.add(id);
    var fresh = aTask(id.text()).createdAt(now).newTask();
    same("insert " + id, store -> store.intake().insert(fresh));
  }

  /** Cancelled, which is how a task that waits ends in one step. */
  private void endTask() {
    TaskId task = random.oneOf(tasks).orElseThrow();
    var event = new CancelRequested("ada", now);
    same(
        "cancel " + task,
        store ->
            store
                .transitions()
                .apply(task, TaskSteps.changeBy(event, AttemptNews.NONE, _ -> List.of())));
  }

  /** A run with edges from lower to higher places; sometimes left ARRIVING, or dropped. */
  private void begin() {
    var id = new RunId(random.chance(5) && !runs.isEmpty() ? oneRun().text() : fresh());
    RunFixture run = graph(id);
    Optional<ExternalId> name =
        random.chance(30)
            ? Optional.of(new ExternalId("api", "key-" + random.upTo(5)))
            : Optional.empty();
    same(
        "begin " + run + " " + name, store -> store.runIntake().begin(run.run(), run.spec(), name));
    runs.add(id);
    same(
        "add to " + id,
        store -> {
          store.runIntake().add(id, run.nodes(), run.edges());
          return "added";
        });
    if (random.chance(85)) {
      same("arrived " + id, store -> store.runs().apply(id, new RunEvent.Arrived(), now));
    } else if (random.chance(50)) {
      same(
          "drop " + id,
          store -> {
            store.runIntake().drop(id);
            return "dropped";
          });
    }
  }

  private String fresh() {
    return "r" + runs.size();
  }

  private RunFixture graph(RunId id) {
    RunFixture run =
        aRun(id.text())
            .of(random.chance(50) ? "ada" : "bob")
            .when(random.oneOf(List.of(FailurePolicy.values())).orElseThrow())
            .createdAt(now);
    int nodes = random.upTo(6);
    for (int place = 0; place < nodes; place++) {
      run =
          switch (random.upTo(4)) {
            case 0 -> run.spread("n" + place);
            case 1 -> run.adopting("n" + place, random.oneOf(tasks).orElseThrow());
            default -> run.single("n" + place);
          };
      for (int from = 0; from < place; from++) {
        run = random.chance(40) ? run.edge(from, place) : run;
      }
    }
    return run;
  }

  private void happen() {
    RunId run = oneRun();
    Optional<Run> known = model.runViews().find(run).map(RunHead::run);
    RunEvent event =
        switch (random.upTo(7)) {
          case 0 -> new RunEvent.Arrived();
          case 1 -> new RunEvent.PauseRequested();
          case 2 -> new RunEvent.CancelRequested(random.word());
          case 3 ->
              new RunEvent.RewindBegun(
                  rewinds(run) - (random.chance(10) ? 1 : 0), List.of(random.upTo(5)));
          case 4 ->
              new RunEvent.Rewound(known.map(Run::rewinds).orElse(0), model.runs().count(run));
          default -> new RunEvent.ResumeRequested();
        };
    same(run + " " + event, store -> store.runs().apply(run, event, now));
  }

  private void forget() {
    RunId run = oneRun();
    int rewind = rewinds(run) - (random.chance(10) ? 1 : 0);
    List<EdgeAt> edges =
        IntStream.range(0, random.upTo(4))
            .mapToObj(_ -> new EdgeAt(random.upTo(6), random.upTo(6)))
            .toList();
    List<Integer> items =
        IntStream.range(0, random.upTo(3)).mapToObj(_ -> random.upTo(12)).toList();
    same(
        "forget " + edges + " and " + items + " of " + run,
        store -> {
          store.runs().forget(run, rewind, edges, items);
          return "forgotten";
        });
  }

  private void change() {
    List<NodeChange> changes =
        IntStream.rangeClosed(0, random.upTo(4)).mapToObj(_ -> oneChange()).toList();
    same("apply " + changes, store -> store.runs().apply(changes, now));
  }

  /** Mostly what comes next for such a node, sometimes anything. */
  private NodeChange oneChange() {
    RunId run = oneRun();
    List<RunNode> nodes = model.runViews().nodes(run, 0, ALL);
    RunNode node =
        random.oneOf(nodes).orElse(RunNode.planned(random.upTo(9), new NodeKey("none"), 0, 0));
    int generation = node.generation() + (random.chance(5) ? 1 : 0);
    var bare =
        new NodeChange(
            run,
            node.place(),
            generation,
            new NodeEvent.Passed(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    if (random.chance(15)) {
      return with(bare, anew(run, node));
    }
    return switch (random.chance(15) ? any() : node.state()) {
      case WAITING -> told(bare);
      case READY -> began(bare);
      case ACTIVE -> with(bare, new NodeEvent.LetGo());
      case SPREAD -> random.chance(40) ? items(bare, node) : itemTold(bare, node);
      case ENDED -> with(bare, new NodeEvent.ToldAll(rewinds(run)));
    };
  }

  private NodeState any() {
    return random.oneOf(List.of(NodeState.values())).orElseThrow();
  }

  private EdgeMark mark() {
    return random.oneOf(List.of(EdgeMark.values())).orElseThrow();
  }

  private static NodeChange with(NodeChange bare, NodeEvent event) {
    return new NodeChange(
        bare.run(), bare.place(), bare.generation(), event, bare.over(), bare.task(), bare.items());
  }

  /** Mostly of the rewind that goes on. */
  private NodeEvent anew(RunId run, RunNode node) {
    int rewind = rewinds(run) - (random.chance(10) ? 1 : 0);
    return switch (random.upTo(4)) {
      case 0 -> new NodeEvent.TriedAgain();
      case 1 -> new NodeEvent.MadeAnew(rewind, NodeState.READY, Entries.of(0));
      case 2 -> new NodeEvent.MadeAnew(rewind, NodeState.WAITING, Entries.of(1 + random.upTo(2)));
      default ->
          new NodeEvent.MadeAnew(rewind, NodeState.SPREAD, new Entries(1, node.made(), 0, 0));
    };
  }

  private int rewinds(RunId run) {
    return model.runViews().find(run).map(head -> head.run().rewinds()).orElse(0);
  }

  private NodeChange told(NodeChange bare) {
    Optional<Integer> from =
        random.oneOf(
            model.runViews().entering(bare.run(), bare.place(), ALL).stream()
                .map(StoredEdge::from)
                .toList());
    EdgeMark mark = mark();
    var why = random.chance(30) ? Optional.of(aCause("why")) : Optional.of(aCause("other"));
    return with(bare, new NodeEvent.EntryTold(mark, why))
        .over(new Over.MarkedEdge(from.orElse(99), mark));
  }

  /** Over one of its items, ended or not; sometimes over none. */
  private NodeChange itemTold(NodeChange bare, RunNode spread) {
    NodeChange told = with(bare, new NodeEvent.EntryTold(mark(), Optional.empty()));
    return random
        .oneOf(model.runViews().items(bare.run(), spread.place(), 0, ALL))
        .map(item -> told.over(new Over.ItemEnded(item.place())))
        .orElse(told);
  }

  private NodeChange began(NodeChange bare) {
    return switch (random.upTo(6)) {
      case 0 -> with(bare, new NodeEvent.Passed());
      case 1 -> with(bare, new NodeEvent.Unfit(aCause("unfit")));
      case 2 -> with(bare, new NodeEvent.Spread(random.upTo(4)));
      case 3 -> with(bare, new NodeEvent.Begun(random.oneOf(tasks).orElseThrow()));
      default -> {
        TaskId task = random.chance(5) ? random.oneOf(tasks).orElseThrow() : random.newId();
        tasks.add(task);
        var fresh = aTask(task.text()).createdAt(now);
        yield with(bare, new NodeEvent.Begun(task))
            .as(random.chance(30) ? fresh.doneAtOnce(Value.NOTHING) : fresh.newTask());
      }
    };
  }

  private NodeChange items(NodeChange bare, RunNode node) {
    int made = 1 + random.upTo(2);
    int next = model.runViews().find(bare.run()).map(head -> head.run().nextPlace()).orElse(9);
    List<NewNode> items =
        IntStream.range(0, made)
            .mapToObj(item ->
                new NewNode(
                    RunNode.item(
                        next + item,
                        new NodeKey(node.key() + "[" + (node.made() + item) + "]"),
                        node.place()),
                    new NodePlan.Item(new Value.Text("x"), node.made() + item)))
            .toList();
    return with(bare, new NodeEvent.ItemsMade(node.made(), made)).with(items);
  }

  private void retain() {
    RunState state =
        random.oneOf(List.of(RunState.COMPLETE, RunState.FAILED, RunState.CANCELED)).orElseThrow();
    Instant then = now.minusSeconds(random.upTo(60));
    if (random.chance(30)) {
      same(
          "remove one run that ended " + state + " before " + then,
          store -> store.retention().removeRuns(state, then, ALL) > 0);
    }
    same(
        "ended tasks",
        store ->
            store.retention().endedBefore(TaskState.CANCELED, then, Optional.empty(), ALL).stream()
                .map(ended -> ended.task() + " " + ended.endedAt() + " " + ended.isKept())
                .sorted()
                .toList());
    List<TaskId> some = List.of(random.oneOf(tasks).orElseThrow());
    same("remove " + some, store -> store.retention().remove(some));
  }

  private void look() {
    int most = 1 + random.upTo(4);
    Optional<RunId> after = random.chance(40) ? Optional.of(oneRun()) : Optional.empty();
    Optional<RunState> state =
        random.chance(40) ? random.oneOf(List.of(RunState.values())) : Optional.empty();
    Optional<RunId> last = random.chance(40) ? Optional.of(oneRun()) : Optional.empty();
    same("busy " + most + " after " + last, store -> store.runs().busy(last, most));
    same("list " + state + " after " + after, store -> list(store, state, after));
    same("arriving", store -> store.runIntake().arrivingSince(now.minusSeconds(30), most));
    TaskId task = random.oneOf(tasks).orElseThrow();
    same("node of " + task, store -> store.runViews().nodeOf(task));
    RunId run = oneRun();
    int place = random.upTo(6);
    int skip = random.upTo(3);
    same("leaving", store -> store.runs().leaving(run, place, most));
    same("entering", store -> store.runViews().entering(run, place, place + skip, most));
    same("items", store -> store.runViews().items(run, place, skip, most));
    same("active", store -> store.runs().active(run, place, most));
    same("edges", store -> store.runs().edges(run, place, skip, most));
    same("last line", store -> store.runViews().lastLine(run, place).map(RunsSideBySide::told));
  }

  private static List<RunHead> list(
      StorePorts store, Optional<RunState> state, Optional<RunId> after) {
    return store.runViews().list(new RunQuery(Optional.empty(), state, after, ALL));
  }

  /** All that is stored of a run. */
  private void compare(RunId run) {
    same("find " + run, store -> store.runViews().find(run));
    same("nodes of " + run, store -> store.runViews().nodes(run, 0, ALL));
    same("edges of " + run, store -> store.runs().edges(run, -1, -1, ALL));
    same("to tell in " + run, store -> store.runs().toTell(run, ALL));
    same("ready in " + run, store -> store.runs().ready(run, ALL));
    same("spreading in " + run, store -> store.runs().spreading(run, ALL));
    same("count of " + run, store -> store.runs().count(run));
    same(
        "history of " + run,
        store -> store.runViews().history(run, 0, ALL).stream().map(RunsSideBySide::told).toList());
  }

  /** The numbers of lines are a store's own. */
  private static RunEventLine told(RunEventLine line) {
    return new RunEventLine(
        0, line.at(), line.place(), line.node(), line.state(), line.task(), line.detail());
  }

  private RunId oneRun() {
    return random.oneOf(runs).orElseThrow();
  }

  private void same(String call, Function<StorePorts, ?> ask) {
    latest.add(steps + ": " + call);
    if (latest.size() > REMEMBERED) {
      latest.remove();
    }
    assertThat(answer(subject, ask)).as(this::circumstances).isEqualTo(answer(model, ask));
  }

  /** A defect of the caller is answered by some exception, whichever. */
  private static Object answer(StorePorts store, Function<StorePorts, ?> ask) {
    try {
      return ask.apply(store);
    } catch (RuntimeException refused) {
      return "refused";
    }
  }

  private String circumstances() {
    return "seed %d, the last of these calls:%n%s".formatted(seed, String.join("\n", latest));
  }
}
