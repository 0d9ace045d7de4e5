package org.millrace.engine.runs;

import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeEvent.TriedAgain;
import org.millrace.domain.run.NodeTransition;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.transition.News;

/** What callers ask of a run that is there. Thread-safe. */
public final class RunRequests {
  private static final int PAGE = 10_000;

  /** Changes of one transaction: nobody else writes meanwhile. */
  private static final int AT_ONCE = 1000;

  private final RunViews views;
  private final RunViewStore runs;
  private final RunStore store;
  private final News news;
  private final InstantSource clock;

  RunRequests(RunViews views, RunViewStore runs, RunStore store, News news, InstantSource clock) {
    this.views = views;
    this.runs = runs;
    this.store = store;
    this.news = news;
    this.clock = clock;
  }

  /**
   * Starts nothing new; what runs goes on. Harmless when repeated.
   *
   * @throws Refusal {@code NotFound} if this caller sees no such run; {@code Conflict} if it ends
   *     or has ended
   */
  public Run pause(RunId id, Caller caller) {
    return asked(id, new RunEvent.PauseRequested(), caller, "paused");
  }

  /**
   * Goes on with what was paused. Harmless when repeated.
   *
   * @throws Refusal as {@link #pause}
   */
  public Run resume(RunId id, Caller caller) {
    return asked(id, new RunEvent.ResumeRequested(), caller, "resumed");
  }

  private Run asked(RunId id, RunEvent event, Caller caller, String what) {
    views.find(id, caller);
    Run run = applied(id, event);
    return switch (run.state()) {
      case RUNNING, PAUSED -> run;
      case ARRIVING, REWINDING, STOPPING, CANCELING, COMPLETE, FAILED, CANCELED ->
          throw conflict(run, "cannot be " + what);
    };
  }

  /**
   * Cancels its tasks and ends it; harmless when repeated or when it has ended. Tasks that were
   * there before the run are left alone.
   *
   * @throws Refusal {@code NotFound} if this caller sees no such run; {@code Conflict} while its
   *     nodes are being made anew
   */
  public Run cancel(RunId id, Caller caller) {
    views.find(id, caller);
    Run run = applied(id, new RunEvent.CancelRequested(caller.owner().name()));
    if (run.state() == RunState.REWINDING) {
      throw conflict(run, "cannot be cancelled at this moment: try again");
    }
    return run;
  }

  /**
   * Makes nodes anew: those named, those that failed, and all after them; what the others left is
   * used again. Of a run that goes on only nodes that failed and are held ({@link
   * FailurePolicy#HOLD}) can be made anew.
   *
   * @param from nodes to begin with; empty: those that failed
   * @throws Refusal {@code NotFound} if this caller sees no such run; {@code Invalid} of {@code
   *     from} if a node is not there, or was skipped; {@code Conflict} if the run does not allow it
   *     now, if somebody else runs it again, or if all that is to be tried again is guarded by a
   *     condition that could not be decided
   */
  public Run rerun(RunId id, List<NodeKey> from, Caller caller) {
    Run run = views.find(id, caller).run();
    List<RunNode> named = from.stream().map(key -> named(id, key)).toList();
    if (run.state().isFinal()) {
      return rewound(run, named);
    }
    if (run.state().tells() && run.policy() == FailurePolicy.HOLD) {
      return retried(run, named);
    }
    throw conflict(run, "cannot be run again before it has ended");
  }

  private RunNode named(RunId run, NodeKey key) {
    return runs.node(run, key)
        .orElseThrow(() -> Refusal.invalid("from", "run " + run + " has no node '" + key + "'"));
  }

  private Run rewound(Run run, List<RunNode> named) {
    Set<Integer> places = new LinkedHashSet<>();
    for (RunNode node : named) {
      places.addAll(beginnings(run, node));
    }
    pages(run)
        .flatMap(List::stream)
        .filter(RunNode::hasFailed)
        .forEach(node -> places.addAll(beginnings(run, node)));
    boolean unfinished = run.tally().open() > 0;
    if (places.isEmpty() && !unfinished) {
      throw conflict(run, "has no node that failed: name those to begin with");
    }
    List<Integer> from = List.copyOf(places);
    Run begun = applied(run.id(), new RunEvent.RewindBegun(run.rewinds(), from));
    if (begun.rewinds() != run.rewinds() + 1 || !begun.rewindFrom().equals(from)) {
      throw conflict(begun, "was run again by somebody else just now");
    }
    return begun;
  }

  /**
   * The node itself; or, if the condition before it could not be decided, the nodes whose values it
   * asked about.
   */
  private List<Integer> beginnings(Run run, RunNode node) {
    if (node.end().isPresent() && node.end().get() == NodeEnd.SKIPPED) {
      throw Refusal.invalid(
          "from", "node '" + node.key() + "' was skipped: name one that it waits for");
    }
    if (node.end().isPresent() && node.end().get() == NodeEnd.BARRED) {
      return List.of(); // it is after one that failed
    }
    if (node.entries().undecided() == 0) {
      return List.of(node.place());
    }
    return undecidedBy(run, node).toList();
  }

  /** Places of the nodes that the conditions before it could not be decided by. */
  private Stream<Integer> undecidedBy(Run run, RunNode node) {
    return runs.entering(run.id(), node.place(), Integer.MAX_VALUE).stream()
        .filter(edge -> edge.mark().filter(EdgeMark.UNDECIDED::equals).isPresent())
        .map(StoredEdge::from);
  }

  /** All nodes. */
  private Stream<List<RunNode>> pages(Run run) {
    return Stream.iterate(
        runs.nodes(run.id(), 0, PAGE),
        page -> !page.isEmpty(),
        page -> runs.nodes(run.id(), page.getLast().place() + 1, PAGE));
  }

  /** Those named, which must all allow it; or all that allow it. */
  private Run retried(Run run, List<RunNode> named) {
    for (RunNode node : named) {
      if (!node.hasFailed()) {
        throw conflict(
            run, "goes on, and node '" + node.key() + "' has not failed: it cannot be made anew");
      }
      if (node.entries().undecided() > 0) {
        throw undecidable(run, node);
      }
    }
    if ((named.isEmpty() ? retryFailed(run) : retry(run, named)) == 0) {
      throw conflict(run, "was run again by somebody else just now");
    }
    news.runChanged();
    return views.current(run.id());
  }

  private int retryFailed(Run run) {
    Optional<RunNode> undecided = Optional.empty();
    int found = 0;
    int taken = 0;
    for (List<RunNode> page : (Iterable<List<RunNode>>) pages(run)::iterator) {
      List<RunNode> failed = page.stream().filter(RunNode::hasFailed).toList();
      List<RunNode> decided =
          failed.stream().filter(node -> node.entries().undecided() == 0).toList();
      undecided =
          undecided.or(
              () -> failed.stream().filter(node -> node.entries().undecided() > 0).findFirst());
      found += decided.size();
      taken += retry(run, decided);
    }
    if (found == 0) {
      throw undecided
          .map(node -> undecidable(run, node))
          .orElseGet(() -> conflict(run, "has no node that failed"));
    }
    return taken;
  }

  /** How many were tried again; not those that somebody else tried again just now. */
  private int retry(Run run, List<RunNode> failed) {
    int taken = 0;
    for (int from = 0; from < failed.size(); from += AT_ONCE) {
      List<NodeChange> changes =
          failed.subList(from, Math.min(failed.size(), from + AT_ONCE)).stream()
              .map(node -> NodeChange.of(run.id(), node, new TriedAgain()))
              .toList();
      taken +=
          (int)
              store.apply(changes, clock.instant()).stream()
                  .filter(done -> done.filter(NodeTransition::changed).isPresent())
                  .count();
    }
    return taken;
  }

  private Refusal undecidable(Run run, RunNode node) {
    String by =
        undecidedBy(run, node)
            .flatMap(place -> runs.node(run.id(), place).stream())
            .map(asked -> "'" + asked.key() + "'")
            .collect(Collectors.joining(", "));
    return conflict(
        run,
        "goes on, and the condition before node '"
            + node.key()
            + "' cannot be decided: cancel the run, then run again from "
            + by);
  }

  private Run applied(RunId id, RunEvent event) {
    Run run =
        store
            .apply(id, event, clock.instant())
            .orElseThrow(() -> new Refusal(new Failure.NotFound("run " + id)));
    news.runChanged();
    return run;
  }

  private static Refusal conflict(Run run, String what) {
    return new Refusal(
        new Failure.Conflict("run " + run.id() + " is " + run.state() + " and " + what));
  }
}
