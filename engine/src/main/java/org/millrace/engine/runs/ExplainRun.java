package org.millrace.engine.runs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.Entries;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.views.Explain;
import org.millrace.engine.views.Explanation;

/** Says, as data, why a run or a node waits or failed, since when, and what would help. */
public final class ExplainRun {
  /** Nodes of a run that are told of; who wants more lists them. */
  private static final int TOLD = 10;

  /** Longer than this, a chain is told to here. */
  private static final int LONGEST_CHAIN = 1000;

  private static final int PAGE = 1000;

  private final RunViews views;
  private final RunViewStore store;
  private final Explain explain;

  ExplainRun(RunViews views, RunViewStore store, Explain explain) {
    this.views = views;
    this.store = store;
    this.explain = explain;
  }

  /**
   * Explains a run.
   *
   * @throws Refusal {@code NotFound} if this caller sees no such run
   */
  public RunExplanation explain(RunId id, Caller caller) {
    Run run = views.find(id, caller).run();
    return switch (run.state()) {
      case ARRIVING -> ofRun(run, "its nodes are being stored", List.of());
      case REWINDING -> ofRun(run, "its nodes are being made anew", List.of());
      case RUNNING -> ofRun(run, going(run), openOrFailed(run));
      case PAUSED ->
          ofRun(run, "it was paused: nothing new starts; " + going(run), openOrFailed(run));
      case STOPPING -> ofRun(run, "a node failed; what runs is being cancelled", failed(run));
      case CANCELING ->
          ofRun(
              run,
              "cancelled by "
                  + run.cancelledBy().orElse("somebody")
                  + "; what runs is being stopped",
              active(run));
      case COMPLETE -> ofRun(run, "every node ended well or had nothing to do", List.of());
      case FAILED -> ofRun(run, failures(run), failed(run));
      case CANCELED ->
          ofRun(run, "it was cancelled by " + run.cancelledBy().orElse("somebody"), List.of());
    };
  }

  private static String going(Run run) {
    String held = run.tally().failed() > 0 ? ", " + run.tally().failed() + " failed" : "";
    return run.tally().active() == 0 && run.tally().open() > 0 && run.tally().failed() > 0
        ? "nothing runs, and " + run.tally().open() + " nodes are open" + held
        : run.tally().active() + " nodes run, " + run.tally().open() + " are open" + held;
  }

  private static String failures(Run run) {
    int failed = run.tally().failed();
    return failed == 1 ? "a node failed" : failed + " nodes failed";
  }

  private RunExplanation ofRun(Run run, String summary, List<RunNode> told) {
    List<Cause> causes = new ArrayList<>();
    for (RunNode node : told) {
      causes.add(cause(node));
    }
    return new RunExplanation(
        run.id(),
        Optional.empty(),
        run.state().name(),
        run.endedAt().orElse(run.createdAt()),
        summary,
        causes,
        told.stream().map(RunNode::key).toList(),
        Optional.empty());
  }

  /** What a node has to do with its run. */
  private Cause cause(RunNode node) {
    String who = "node '" + node.key() + "'";
    Optional<Explanation> task = node.task().flatMap(explain::find);
    if (node.hasFailed() && task.filter(found -> found.state() == TaskState.CANCELED).isPresent()) {
      return new Cause("node-stopped", who + " was stopped before its end", "");
    }
    if (node.hasFailed()) {
      String why =
          node.cause()
              .or(() -> task.flatMap(found -> found.causes().stream().findFirst()))
              .map(cause -> ": " + cause.message())
              .orElse("");
      return new Cause("node-failed", who + " failed" + why, "mend it, and run again from it");
    }
    return new Cause(
        "node-active",
        who + " is " + node.state() + task.map(found -> ": " + found.summary()).orElse(""),
        "");
  }

  private List<RunNode> openOrFailed(Run run) {
    List<RunNode> failed = run.tally().failed() > 0 ? failed(run) : List.of();
    return failed.isEmpty() ? active(run) : failed;
  }

  private List<RunNode> failed(Run run) {
    return some(run, RunNode::hasFailed);
  }

  private List<RunNode> active(Run run) {
    return some(run, node -> node.state() == NodeState.ACTIVE);
  }

  private List<RunNode> some(Run run, Predicate<RunNode> wanted) {
    List<RunNode> some = new ArrayList<>();
    List<RunNode> page;
    int from = 0;
    do {
      page = store.nodes(run.id(), from, PAGE);
      page.stream().filter(wanted).limit(TOLD - some.size()).forEach(some::add);
      from = page.isEmpty() ? from : page.getLast().place() + 1;
    } while (page.size() == PAGE && some.size() < TOLD);
    return some;
  }

  /**
   * Explains a node: what it waits for, and that in turn, to the one that all of them wait for.
   *
   * @throws Refusal {@code NotFound} if this caller sees no such run, or it has no such node
   */
  public RunExplanation explain(RunId id, NodeKey key, Caller caller) {
    Run run = views.find(id, caller).run();
    RunNode node = views.node(id, key, caller);
    List<NodeKey> chain = new ArrayList<>();
    chain.add(node.key());
    RunNode last = node;
    Optional<RunNode> next = waitedFor(run.id(), last);
    while (next.isPresent() && chain.size() < LONGEST_CHAIN) {
      last = next.get();
      chain.add(last.key());
      next = waitedFor(run.id(), last);
    }
    Optional<Explanation> task = last.task().flatMap(explain::find);
    return new RunExplanation(
        run.id(),
        Optional.of(node.key()),
        node.end().map(NodeEnd::name).orElse(node.state().name()),
        since(run, node),
        summary(run, node, last, task),
        causes(run, last, task),
        chain,
        task);
  }

  /** The first of those that a node waits for; of a spread node, an item that has not ended. */
  private Optional<RunNode> waitedFor(RunId run, RunNode node) {
    return switch (node.state()) {
      case WAITING ->
          store.entering(run, node.place(), 1).stream()
              .filter(edge -> edge.mark().isEmpty())
              .findFirst()
              .map(StoredEdge::from)
              .flatMap(from -> store.node(run, from));
      case SPREAD -> openItem(run, node);
      case READY, ACTIVE, ENDED -> Optional.empty();
    };
  }

  private Optional<RunNode> openItem(RunId run, RunNode spread) {
    List<RunNode> page;
    int from = 0;
    do {
      page = store.items(run, spread.place(), from, PAGE);
      Optional<RunNode> open =
          page.stream()
              .filter(item -> item.state() != NodeState.ENDED || item.hasFailed())
              .findFirst();
      if (open.isPresent()) {
        return open;
      }
      from = page.isEmpty() ? from : page.getLast().place() + 1;
    } while (page.size() == PAGE);
    return Optional.empty();
  }

  private Instant since(Run run, RunNode node) {
    return store
        .lastLine(run.id(), node.place())
        .map(RunViewStore.RunEventLine::at)
        .orElse(run.createdAt());
  }

  private static String summary(Run run, RunNode node, RunNode last, Optional<Explanation> task) {
    if (run.state().isFinal() && node.state() != NodeState.ENDED) {
      return "its run ended "
          + run.state()
          + " before it did; run it again from here to have it done";
    }
    String end = at(run, last, task);
    if (node.place() == last.place()) {
      return "it " + end;
    }
    String what =
        node.state() == NodeState.SPREAD
            ? progress(node.entries()) + "; "
            : "it waits for " + node.entries().open() + " of the nodes before it; ";
    return what + "node '" + last.key() + "' " + end;
  }

  private static String progress(Entries items) {
    int all = items.open() + items.taken() + items.barred();
    return (all - items.open()) + " of its " + all + " items have ended";
  }

  private static String at(Run run, RunNode node, Optional<Explanation> task) {
    return switch (node.state()) {
      case WAITING -> "waits for other nodes";
      case READY ->
          run.state().starts()
              ? "is ready and starts at the next turn"
              : "is ready; nothing starts while its run is " + run.state();
      case ACTIVE -> "is a task: " + task.map(Explanation::summary).orElse("it runs");
      case SPREAD -> progress(node.entries());
      case ENDED ->
          switch (node.end().orElseThrow()) {
            case COMPLETED ->
                node.telling() ? "ended well; what is after it goes on" : "ended well";
            case FAILED ->
                node.isOpen(run.policy()) ? "failed, and is held until it is run again" : "failed";
            case SKIPPED -> "had nothing to do: no way led to it";
            case BARRED -> "was skipped, since a node before it failed";
          };
    };
  }

  private static List<Cause> causes(Run run, RunNode node, Optional<Explanation> task) {
    List<Cause> causes = new ArrayList<>();
    node.cause().ifPresent(causes::add);
    task.ifPresent(found -> causes.addAll(found.causes()));
    if (node.state() == NodeState.READY && !run.state().starts() && !run.state().isFinal()) {
      causes.add(
          new Cause(
              "run-" + run.state().name().toLowerCase(Locale.ROOT),
              "run " + run.id() + " is " + run.state(),
              "millrace graph resume " + run.id()));
    }
    return causes;
  }
}
