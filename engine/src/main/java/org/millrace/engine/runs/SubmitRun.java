package org.millrace.engine.runs;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.run.RunPlan.EdgePlan;
import org.millrace.domain.task.ExternalId;
import org.millrace.engine.runs.RunIntakeStore.NewEdge;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.threads.Ids;
import org.millrace.engine.transition.News;

/** Takes a run in. When it returns, all of the run survives any crash. Thread-safe. */
public final class SubmitRun {
  /** Rows of one transaction: nobody else writes meanwhile. */
  private static final int AT_ONCE = 1000;

  /** About so many characters of plans in one transaction, and one plan more. */
  private static final long HEAVIEST = 4 << 20;

  private final PlanAdmission admission;
  private final RunIntakeStore intake;
  private final RunStore store;
  private final News news;
  private final Ids ids;
  private final InstantSource clock;

  SubmitRun(
      PlanAdmission admission,
      RunIntakeStore intake,
      RunStore store,
      News news,
      Ids ids,
      InstantSource clock) {
    this.admission = admission;
    this.intake = intake;
    this.store = store;
    this.news = news;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Checks all that would be checked if it were submitted, and stores nothing.
   *
   * @throws Refusal if a node is not admitted, naming it
   */
  public void check(RunPlan plan) {
    admitted(plan);
  }

  /** The run that was submitted under an external id, so that nobody need send it again. */
  public Optional<RunId> submitted(ExternalId externalId) {
    return intake.arrived(externalId);
  }

  /**
   * Stores a run; its first nodes start at the next turn.
   *
   * @param externalId the same id again returns the run it named first
   * @throws Refusal if a node is not admitted, naming it, or nothing can be stored now
   */
  public RunId submit(RunPlan plan, Optional<ExternalId> externalId) {
    List<NodePlan> admitted = admitted(plan);
    Run run =
        Run.arriving(
            new RunId(ids.next().text()), plan.spec(), plan.graph().size(), clock.instant());
    Optional<RunId> known = intake.begin(run, plan.spec(), externalId);
    if (known.isPresent()) {
      return known.get();
    }
    try {
      store(run.id(), plan, admitted);
    } catch (RuntimeException failed) {
      drop(run.id(), failed);
      throw failed;
    }
    Run arrived =
        store
            .apply(run.id(), new RunEvent.Arrived(), clock.instant())
            .orElseThrow(() -> takenOver(run.id()));
    news.runChanged();
    return arrived.id();
  }

  /** Under an external id the submission that begins last counts; it is still on its way. */
  private static Refusal takenOver(RunId run) {
    return new Refusal(
        new Failure.Conflict(
            "run "
                + run
                + " was submitted again under the same key while it was being stored;"
                + " ask with that key which run counts"));
  }

  private List<NodePlan> admitted(RunPlan plan) {
    List<NodePlan> admitted = new ArrayList<>();
    for (int place = 0; place < plan.graph().size(); place++) {
      try {
        admitted.add(admission.admit(plan.plan(place)));
      } catch (Refusal refusal) {
        throw of(plan, place, refusal);
      }
    }
    return admitted;
  }

  private static Refusal of(RunPlan plan, int place, Refusal refusal) {
    String node = "nodes." + plan.graph().node(place);
    return switch (refusal.failure()) {
      case Failure.Invalid(String field, String reason) ->
          Refusal.invalid(node + "." + field, reason);
      case Failure.Denied(Optional<String> field, String reason) ->
          new Refusal(new Failure.Denied(field.map(in -> node + "." + in).orElse(node), reason));
      case Failure.Unauthenticated _,
          Failure.NotFound _,
          Failure.Conflict _,
          Failure.TooLarge _,
          Failure.TooMany _,
          Failure.Unavailable _ ->
          refusal; // of the moment or of the caller, not of this node
    };
  }

  private void store(RunId run, RunPlan plan, List<NodePlan> admitted) {
    for (int place = 0; place < admitted.size(); ) {
      List<NewNode> some = new ArrayList<>();
      long weight = 0;
      while (place < admitted.size() && some.size() < AT_ONCE && weight < HEAVIEST) {
        NodePlan one = admitted.get(place);
        some.add(new NewNode(plan.node(place), one));
        weight += one.weight();
        place++;
      }
      intake.add(run, some, List.of());
    }
    int edges = plan.graph().edges().size();
    for (int from = 0; from < edges; from += AT_ONCE) {
      List<NewEdge> some = new ArrayList<>();
      for (int edge = from; edge < Math.min(edges, from + AT_ONCE); edge++) {
        EdgePlan what = plan.edge(edge);
        some.add(
            new NewEdge(
                plan.graph().from(edge), plan.graph().to(edge), what.condition(), what.leads()));
      }
      intake.add(run, List.of(), some);
    }
  }

  private void drop(RunId run, RuntimeException failed) {
    try {
      intake.drop(run);
    } catch (RuntimeException alsoFailed) {
      failed.addSuppressed(alsoFailed); // what is stored is dropped later, as of a server that died
    }
  }
}
