package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.engine.runs.World.ALICE;
import static org.millrace.engine.runs.World.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.RunId;

/** The history of a run: a line for each change of state, and none for what is only counted. */
class RunLineTest {
  private final World world = new World();
  private RunId run = new RunId("none");

  /** Lines as {@code node state (task) [detail]}. */
  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (var line : world.rows.history(run, 0, 1000)) {
      lines.add(
          line.node().map(key -> key + " ").orElse("")
              + line.state()
              + line.task().map(_ -> " (task)").orElse("")
              + line.detail().map(why -> " [" + why + "]").orElse(""));
    }
    return lines;
  }

  @Test
  void each_change_of_a_node_and_of_the_run_is_a_line_and_what_is_counted_is_none()
      throws Exception {
    world.tasks("a", "b", "join").edge("a", "join").edge("b", "join");
    run = world.started(FailurePolicy.CONTINUE);
    world.complete("b", map());
    world.fail("a", "oops");

    assertThat(lines())
        .containsExactly(
            "RUNNING",
            "a ACTIVE (task)",
            "b ACTIVE (task)",
            "b COMPLETED (task)",
            "a FAILED (task)",
            "join BARRED [node 'a' failed]",
            "FAILED");
  }

  @Test
  void one_that_is_made_anew_is_a_line_without_the_task_that_it_was() throws Exception {
    world.tasks("a", "b").edge("a", "b");
    run = world.started(FailurePolicy.STOP);
    world.complete("a", map());
    world.complete("b", map());
    int before = lines().size();

    world.requests.rerun(run, List.of(world.rows.node("a").key()), ALICE);
    world.advancer.runOnce();

    assertThat(lines().subList(before, lines().size()))
        .containsExactly("REWINDING", "a READY", "b WAITING", "RUNNING", "a ACTIVE (task)");
  }

  @Test
  void one_that_is_made_anew_in_the_state_that_it_had_is_a_line_too() throws Exception {
    world.tasks("a", "b").edge("a", "b");
    run = world.started(FailurePolicy.STOP);
    world.fail("a", "oops");
    int before = lines().size();

    world.requests.rerun(run, List.of(), ALICE);
    world.advancer.runOnce();

    assertThat(lines().subList(before, lines().size()))
        .containsExactly("REWINDING", "a READY", "b WAITING", "RUNNING", "a ACTIVE (task)");
  }

  @Test
  void who_cancelled_it_is_told_with_it() throws Exception {
    world.tasks("a");
    run = world.submit.submit(world.plan(FailurePolicy.STOP), Optional.empty());

    world.requests.cancel(run, ALICE);
    world.requests.cancel(run, ALICE);

    assertThat(lines()).containsExactly("RUNNING", "CANCELED [alice]");
  }
}
