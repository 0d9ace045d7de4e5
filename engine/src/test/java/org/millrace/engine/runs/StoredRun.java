package org.millrace.engine.runs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodeMachine;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunMachine;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.run.RunState;
import org.millrace.domain.run.RunTally;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;

/**
 * One run in memory, for one thread: the machines decide, as in every store. What was written is
 * kept for tests to look at, and a test may be in the way of the next write.
 */
final class StoredRun implements RunIntakeStore, RunStore, RunViewStore {
  private static final Comparator<EdgeAt> ORDER =
      Comparator.comparingInt(EdgeAt::from).thenComparingInt(EdgeAt::to);

  private final StoredTasks tasks;
  private Optional<RunHead> head = Optional.empty();
  private Optional<ExternalId> name = Optional.empty();
  private final NavigableMap<Integer, RunNode> nodes = new TreeMap<>();
  private final NavigableMap<Integer, NodePlan> plans = new TreeMap<>();
  private final NavigableMap<EdgeAt, Link> edges = new TreeMap<>(ORDER);
  private final List<RunEventLine> lines = new ArrayList<>();
  private final List<List<NodeChange>> written = new ArrayList<>();
  private final List<Integer> pieces = new ArrayList<>();
  private Optional<Runnable> before = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();

  private record Link(StoredEdge edge, Optional<Condition> condition) {}

  StoredRun(StoredTasks tasks) {
    this.tasks = tasks;
  }

  // --- for tests ---

  Run run() {
    return head.orElseThrow().run();
  }

  RunNode node(String key) {
    return node(run().id(), new NodeKey(key)).orElseThrow();
  }

  /** Exchanges a row for another one. */
  void put(RunNode node) {
    nodes.put(node.place(), node);
  }

  /** The changes of each transaction since this was last asked. */
  List<List<NodeChange>> written() {
    List<List<NodeChange>> all = List.copyOf(written);
    written.clear();
    return all;
  }

  /** How many rows each transaction of intake and of {@link #forget} had. */
  List<Integer> pieces() {
    return pieces;
  }

  /** Somebody else does this just before the next write. */
  void beforeNextWrite(Runnable what) {
    before = Optional.of(what);
  }

  /** The next write is refused so. */
  void failNextWrite(RuntimeException how) {
    failure = Optional.of(how);
  }

  /** Nodes that are tasks end with them. */
  void endWithTasks(Instant at) {
    for (Task task : tasks.finals()) {
      nodes.values().stream()
          .filter(node -> node.task().equals(Optional.of(task.id())))
          .toList()
          .forEach(node -> save(node, new NodeEvent.TaskEnded(task.id(), task.state()), at));
    }
  }

  private void write() {
    before.ifPresent(what -> {
      before = Optional.empty();
      what.run();
    });
    failure.ifPresent(how -> {
      failure = Optional.empty();
      throw how;
    });
  }

  private RunNode nodeAt(int place) {
    return node(run().id(), place).orElseThrow();
  }

  // --- intake ---

  @Override
  public Optional<RunId> arrived(ExternalId externalId) {
    return name.filter(externalId::equals).map(_ -> run().id());
  }

  @Override
  public Optional<RunId> begin(Run run, RunSpec spec, Optional<ExternalId> externalId) {
    write();
    Optional<RunId> known = externalId.flatMap(this::arrived);
    if (known.isEmpty()) {
      head = Optional.of(new RunHead(run, spec));
      name = externalId;
    }
    return known;
  }

  @Override
  public void add(RunId run, List<NewNode> newNodes, List<NewEdge> newEdges) {
    write();
    pieces.add(newNodes.size() + newEdges.size());
    newNodes.forEach(this::add);
    for (NewEdge edge : newEdges) {
      edges.put(
          new EdgeAt(edge.from(), edge.to()),
          new Link(
              new StoredEdge(edge.from(), edge.to(), edge.leads(), Optional.empty()),
              edge.condition()));
    }
  }

  private void add(NewNode fresh) {
    nodes.put(fresh.node().place(), fresh.node());
    plans.put(fresh.node().place(), fresh.plan());
  }

  @Override
  public void drop(RunId run) {
    head = Optional.empty();
    nodes.clear();
    edges.clear();
  }

  @Override
  public List<RunId> arrivingSince(Instant since, int most) {
    return head
        .map(RunHead::run)
        .filter(run -> run.state() == RunState.ARRIVING)
        .filter(run -> run.createdAt().isBefore(since))
        .map(Run::id)
        .stream()
        .toList();
  }

  // --- changes ---

  @Override
  public Optional<Run> apply(RunId id, RunEvent event, Instant at) {
    write();
    head.ifPresent(now -> save(RunMachine.apply(now.run(), event, at), at));
    return head.map(RunHead::run);
  }

  @Override
  public List<Optional<NodeTransition>> apply(List<NodeChange> changes, Instant at) {
    write();
    written.add(changes);
    List<Optional<NodeTransition>> done = new ArrayList<>();
    for (NodeChange change : changes) {
      done.add(Optional.ofNullable(nodes.get(change.place())).map(node -> apply(node, change, at)));
      endWithTasks(at);
    }
    return done;
  }

  private NodeTransition apply(RunNode node, NodeChange change, Instant at) {
    if (node.generation() != change.generation()
        || !change.over().stream().allMatch(over -> fits(node, over))) {
      return new NodeTransition(run(), node, false);
    }
    NodeTransition transition = save(node, change.event(), at);
    if (transition.changed()) {
      change.over().ifPresent(over -> told(node, over, at));
      change.task().ifPresent(tasks::insert);
      change.items().forEach(this::add);
    }
    return transition;
  }

  private boolean fits(RunNode node, Over over) {
    return switch (over) {
      case Over.MarkedEdge(int from, EdgeMark _) ->
          entering(run().id(), node.place(), Integer.MAX_VALUE).stream()
                  .anyMatch(edge -> edge.from() == from && edge.mark().isEmpty())
              && nodeAt(from).telling();
      case Over.ItemEnded(int place) -> nodeAt(place).telling();
    };
  }

  private void told(RunNode node, Over over, Instant at) {
    switch (over) {
      case Over.MarkedEdge(int from, EdgeMark mark) ->
          mark(new EdgeAt(from, node.place()), Optional.of(mark));
      case Over.ItemEnded(int place) ->
          save(nodeAt(place), new NodeEvent.ToldAll(run().rewinds()), at);
    }
  }

  private void mark(EdgeAt at, Optional<EdgeMark> mark) {
    edges.computeIfPresent(
        at,
        (_, link) ->
            new Link(
                new StoredEdge(at.from(), at.to(), link.edge().leads(), mark), link.condition()));
  }

  private NodeTransition save(RunNode node, NodeEvent event, Instant at) {
    NodeTransition transition = NodeMachine.apply(run(), node, event, at);
    nodes.put(node.place(), transition.node());
    RunLine.of(node, transition.node()).ifPresent(line -> add(line, at));
    save(transition.run(), at);
    return transition;
  }

  private void save(Run after, Instant at) {
    RunHead now = head.orElseThrow();
    RunLine.of(now.run(), after).ifPresent(line -> add(line, at));
    head = Optional.of(new RunHead(after, now.spec()));
  }

  private void add(RunLine line, Instant at) {
    lines.add(
        new RunEventLine(
            lines.size() + 1,
            at,
            line.place(),
            line.node(),
            line.state(),
            line.task(),
            line.detail()));
  }

  @Override
  public void forget(RunId id, int rewind, List<EdgeAt> unmarked, List<Integer> items) {
    write();
    pieces.add(unmarked.size() + items.size());
    unmarked.forEach(at -> mark(at, Optional.empty()));
    items.forEach(nodes::remove);
  }

  // --- what is next ---

  @Override
  public List<RunHead> busy(Optional<RunId> after, int most) {
    return head.filter(_ -> after.isEmpty()).filter(one -> !one.run().state().isFinal()).stream()
        .toList();
  }

  private List<RunNode> those(Predicate<RunNode> wanted, int from, int most) {
    return nodes.tailMap(from).values().stream().filter(wanted).limit(most).toList();
  }

  @Override
  public List<RunNode> toTell(RunId run, int most) {
    return those(RunNode::telling, 0, most);
  }

  @Override
  public List<Leaving> leaving(RunId run, int place, int most) {
    return edges.subMap(new EdgeAt(place, 0), new EdgeAt(place + 1, 0)).values().stream()
        .filter(link -> link.edge().mark().isEmpty())
        .limit(most)
        .map(link -> new Leaving(nodeAt(link.edge().to()), link.condition(), link.edge().leads()))
        .toList();
  }

  @Override
  public List<RunNode> ready(RunId run, int most) {
    return those(node -> node.state() == NodeState.READY, 0, most);
  }

  @Override
  public List<RunNode> spreading(RunId run, int most) {
    return those(
        node ->
            node.state() == NodeState.SPREAD
                && node.made()
                    < node.entries().open() + node.entries().taken() + node.entries().barred(),
        0,
        most);
  }

  @Override
  public List<RunNode> active(RunId run, int from, int most) {
    return those(node -> node.state() == NodeState.ACTIVE, from, most);
  }

  @Override
  public List<StoredEdge> edges(RunId run, int afterFrom, int afterTo, int most) {
    return edges.tailMap(new EdgeAt(afterFrom, afterTo), false).values().stream()
        .limit(most)
        .map(Link::edge)
        .toList();
  }

  @Override
  public RunTally count(RunId run) {
    List<RunNode> all = those(_ -> true, 0, Integer.MAX_VALUE);
    return new RunTally(
        (int) all.stream().filter(node -> node.isOpen(run().policy())).count(),
        (int) all.stream().filter(node -> node.state() == NodeState.ACTIVE).count(),
        (int) all.stream().filter(RunNode::hasFailed).count());
  }

  // --- views ---

  @Override
  public Optional<RunHead> find(RunId run) {
    return head.filter(one -> one.run().id().equals(run));
  }

  @Override
  public List<RunHead> list(RunQuery query) {
    return head.filter(one -> query.owner().stream().allMatch(one.run().owner()::equals)).stream()
        .toList();
  }

  @Override
  public Optional<RunNode> node(RunId run, NodeKey key) {
    return nodes.values().stream().filter(node -> node.key().equals(key)).findFirst();
  }

  @Override
  public Optional<RunNode> node(RunId run, int place) {
    return Optional.ofNullable(nodes.get(place));
  }

  @Override
  public Optional<NodePlan> plan(RunId run, int place) {
    return Optional.ofNullable(plans.get(place));
  }

  @Override
  public List<RunNode> nodes(RunId run, int from, int most) {
    return those(_ -> true, from, most);
  }

  @Override
  public List<RunNode> items(RunId run, int parent, int from, int most) {
    return those(node -> node.parent().equals(OptionalInt.of(parent)), from, most);
  }

  @Override
  public List<StoredEdge> entering(RunId run, int first, int last, int most) {
    return edges.values().stream()
        .map(Link::edge)
        .filter(edge -> edge.to() >= first && edge.to() <= last)
        .sorted(
            Comparator.comparingInt(StoredEdge::to)
                .thenComparing(edge -> edge.mark().isPresent())
                .thenComparingInt(StoredEdge::from))
        .limit(most)
        .toList();
  }

  @Override
  public Optional<NodeOf> nodeOf(TaskId task) {
    throw new AssertionError("nobody asks where a task belongs");
  }

  @Override
  public List<RunEventLine> history(RunId run, long after, int most) {
    return lines.stream().filter(line -> line.sequence() > after).limit(most).toList();
  }

  @Override
  public Optional<RunEventLine> lastLine(RunId run, int place) {
    return lines.reversed().stream()
        .filter(line -> line.place().equals(OptionalInt.of(place)))
        .findFirst();
  }

  @Override
  public long newestLine() {
    return lines.size();
  }

  // --- refusals that stores make ---

  static Refusal away() {
    return new Refusal(new Failure.Unavailable("the store is away", Duration.ofSeconds(1)));
  }
}
