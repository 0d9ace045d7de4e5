package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.engine.runs.World.ALICE;
import static org.millrace.engine.runs.World.map;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.RunState;

/** A turn of the loop that moves runs on: what ends it, and what does not. */
class RunAdvancerTest {
  private final World world = new World();

  @Test
  void a_store_that_is_away_ends_the_turn_and_the_next_one_does_all_that_was_left()
      throws Exception {
    world.echo("a", map()).tasks("b").edge("a", "b");
    world.submit.submit(world.plan(FailurePolicy.STOP), Optional.empty());
    world.rows.failNextWrite(StoredRun.away());

    assertThatThrownBy(world.advancer::runOnce).hasMessage("the store is away");
    assertThat(world.tasks.all()).isEmpty();
    world.advancer.runOnce();

    assertThat(world.states()).containsEntry("a", "COMPLETED").containsEntry("b", "ACTIVE");
  }

  @Test
  void a_defect_in_one_run_is_left_to_the_next_turn_and_ends_no_loop() throws Exception {
    world.echo("a", map());
    world.submit.submit(world.plan(FailurePolicy.STOP), Optional.empty());
    world.rows.failNextWrite(new IllegalStateException("a defect"));

    world.advancer.runOnce();
    assertThat(world.rows.run().state()).isEqualTo(RunState.RUNNING);
    world.advancer.runOnce();

    assertThat(world.rows.run().state()).isEqualTo(RunState.COMPLETE);
  }

  @Test
  void an_interruption_ends_the_turn_before_the_next_run() {
    world.tasks("a");
    world.submit.submit(world.plan(FailurePolicy.STOP), Optional.empty());
    Thread.currentThread().interrupt();

    assertThatThrownBy(world.advancer::runOnce).isInstanceOf(InterruptedException.class);

    assertThat(Thread.interrupted()).as("it is told once").isFalse();
    assertThat(world.tasks.all()).isEmpty();
  }

  @Test
  void whoever_follows_the_history_is_woken_by_a_turn_that_changed_something() throws Exception {
    world.tasks("a");
    var run = world.started(FailurePolicy.STOP);
    world.requests.cancel(run, ALICE);
    long rings = world.history.rings();

    world.advancer.runOnce();
    assertThat(world.history.rings()).isGreaterThan(rings);
    world.rows.endWithTasks(world.now);
    rings = world.history.rings();
    world.advancer.runOnce();

    assertThat(world.history.rings()).as("nothing was left to do").isEqualTo(rings);
  }
}
