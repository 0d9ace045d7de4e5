package org.millrace.testkit.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.LANE;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.views.Explain;
import org.millrace.engine.views.Explanation;
import org.millrace.engine.views.TaskViews;
import org.millrace.testkit.TaskFixture;
import org.millrace.testkit.TaskSteps;
import org.millrace.testkit.memory.InMemoryStore;

/** Why a task waits. */
final class ExplainTest {
  private static final InstantSource CLOCK = () -> NOON;

  private final StorePorts store = new InMemoryStore().ports();

  @Test
  void a_server_that_starts_nothing_says_so() {
    assertThat(explained(false).causes()).extracting(Cause::code).startsWith("dispatch-off");
    assertThat(explained(false).summary()).isEqualTo("it is ready and waits");
  }

  @Test
  void one_that_does_does_not() {
    assertThat(explained(true).causes()).extracting(Cause::code).doesNotContain("dispatch-off");
  }

  private Explanation explained(boolean dispatches) {
    TaskFixture task = aTask(dispatches ? "started" : "left-" + store.views().newestEvent());
    new TaskSteps(store, NORTH).submit(task);
    var lanes = new Lanes(List.of(), Map.of(ContainerWork.class, LANE));
    return new Explain(
            new TaskViews(store.views()),
            store.views(),
            lanes,
            new Runtimes(List.of()),
            new StagingBoard(CLOCK),
            store.health(),
            dispatches,
            CLOCK)
        .explain(task.id(), Caller.ANONYMOUS);
  }
}
