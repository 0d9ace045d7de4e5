package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.engine.runs.World.NOON;
import static org.millrace.engine.runs.World.text;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.ExternalId;

/** Runs come in by pieces, all or nothing; and what came in part is removed. */
class SubmitRunTest {
  private static final ExternalId MINE = new ExternalId("api alice", "mine");

  private final World world = new World();

  private RunId submit(Optional<ExternalId> externalId) {
    return world.submit.submit(world.plan(FailurePolicy.STOP), externalId);
  }

  private void refuse(Failure failure) {
    world.admission =
        spec -> {
          if (spec.work().toString().contains("bad")) {
            throw new Refusal(failure);
          }
          return spec;
        };
  }

  @Test
  void many_nodes_and_edges_are_stored_a_thousand_at_a_time() {
    world.tasks("n0");
    for (int i = 1; i < 2_001; i++) {
      world.tasks("n" + i).edge("n" + (i - 1), "n" + i);
    }

    submit(Optional.empty());

    assertThat(world.rows.pieces()).containsExactly(1_000, 1_000, 1, 1_000, 1_000);
    assertThat(world.rows.run().state()).isEqualTo(RunState.RUNNING);
    assertThat(world.bellOfRuns.rings()).isEqualTo(1);
  }

  @Test
  void heavy_plans_are_stored_a_few_at_a_time() {
    for (int i = 0; i < 6; i++) {
      world.task("big" + i, text("x".repeat(2 << 20)));
    }

    submit(Optional.empty());

    assertThat(world.rows.pieces()).containsExactly(2, 2, 2);
  }

  @Test
  void the_same_key_again_is_the_same_run() {
    world.tasks("a");
    RunId first = submit(Optional.of(MINE));
    assertThat(world.submit.submitted(MINE)).contains(first);

    assertThat(submit(Optional.of(MINE))).isEqualTo(first);

    assertThat(world.rows.pieces()).as("nothing is stored again").hasSize(1);
  }

  @Test
  void a_node_that_is_not_admitted_is_named_with_its_field_and_nothing_is_stored() {
    world.tasks("good").task("worse", text("bad"));
    refuse(new Failure.Invalid("executors[0].image", "no such image"));
    assertThatThrownBy(() -> submit(Optional.empty()))
        .hasMessage("nodes.worse.executors[0].image: no such image");
    assertThatThrownBy(() -> world.submit.check(world.plan(FailurePolicy.STOP)))
        .hasMessage("nodes.worse.executors[0].image: no such image");
    refuse(new Failure.Denied("inputs[0].url", "not allowed"));
    assertThatThrownBy(() -> submit(Optional.empty()))
        .hasMessage("nodes.worse.inputs[0].url: not allowed");
    refuse(new Failure.Denied("not allowed"));
    assertThatThrownBy(() -> submit(Optional.empty())).hasMessage("nodes.worse: not allowed");
    refuse(new Failure.TooMany("slowly", Duration.ofSeconds(1)));
    assertThatThrownBy(() -> submit(Optional.empty()))
        .as("of the moment, not of the node")
        .hasMessage("slowly");

    assertThat(world.rows.find(new RunId("t0"))).isEmpty();
    assertThat(world.rows.pieces()).isEmpty();
  }

  @Test
  void checking_stores_nothing() {
    world.tasks("a");

    world.submit.check(world.plan(FailurePolicy.STOP));

    assertThat(world.rows.pieces()).isEmpty();
  }

  @Test
  void what_cannot_be_stored_is_dropped_and_the_caller_is_told_why() {
    world.tasks("a");
    world.rows.beforeNextWrite(() -> world.rows.failNextWrite(StoredRun.away()));

    assertThatThrownBy(() -> submit(Optional.of(MINE))).hasMessage("the store is away");

    assertThat(world.rows.find(new RunId("t0"))).isEmpty();
  }

  @Test
  void a_run_whose_key_another_submission_took_over_meanwhile_is_told_so() {
    world.tasks("a");
    world.rows.beforeNextWrite(() ->
        world.rows.beforeNextWrite(
            () -> world.rows.beforeNextWrite(() -> world.rows.drop(new RunId("t0")))));

    assertThatThrownBy(() -> submit(Optional.of(MINE)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Conflict.class))
        .hasMessageContaining("run t0 was submitted again under the same key");
  }

  @Test
  void what_arrived_in_part_is_removed_once_nobody_can_bring_the_rest() throws Exception {
    world.tasks("a");
    world.rows.begin(
        Run.arriving(new RunId("half"), world.plan(FailurePolicy.STOP).spec(), 1, NOON),
        world.plan(FailurePolicy.STOP).spec(),
        Optional.empty());
    world.now = NOON.plus(Duration.ofHours(1));
    world.advancer.runOnce();
    assertThat(world.rows.find(new RunId("half"))).as("it may still come").isPresent();

    world.now = world.now.plus(Duration.ofMinutes(1)); // as often as it looks for them
    world.advancer.runOnce();

    assertThat(world.rows.find(new RunId("half"))).isEmpty();
  }
}
