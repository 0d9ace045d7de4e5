package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.engine.views.LogFolder.Stream.STDERR;
import static org.millrace.engine.views.LogFolder.Stream.STDOUT;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.testkit.runtime.TestTask;

final class StreamPlanTest {
  @Test
  void streams_without_a_path_have_a_log_of_their_own() {
    StreamPlan plan = plans(task().runs("a")).getFirst();

    assertThat(plan.redirects()).isFalse();
    assertThat(plan.sharesLog(STDOUT)).isFalse();
    assertThat(plan.sharesLog(STDERR)).isFalse();
  }

  @Test
  void a_stream_with_a_path_shares_its_file() {
    StreamPlan plan = plans(task().runs("a").to("/o/../x//y/")).getFirst();

    assertThat(plan.stdout()).contains("/x/y");
    assertThat(plan.sharesLog(STDOUT)).isTrue();
    assertThat(plan.keepOut()).isFalse();
  }

  @Test
  void only_the_last_executor_with_a_path_shares_it() {
    List<StreamPlan> plans =
        plans(
            task()
                .runs("a")
                .to("/x")
                .errorsTo("/y")
                .runs("b")
                .errorsTo("//x")
                .runs("c")
                .from("/x"));

    assertThat(plans).extracting(StreamPlan::keepOut).containsExactly(true, false, false);
    assertThat(plans)
        .extracting(plan -> plan.sharesLog(STDOUT))
        .containsExactly(false, false, false);
    assertThat(plans).extracting(plan -> plan.sharesLog(STDERR)).containsExactly(true, true, false);
  }

  @Test
  void both_streams_of_one_executor_may_share_one_file() {
    StreamPlan plan = plans(task().runs("a").to("/x").errorsTo("/x")).getFirst();

    assertThat(plan.sharesLog(STDOUT)).isTrue();
    assertThat(plan.sharesLog(STDERR)).isTrue();
  }

  private static TestTask task() {
    return new TestTask(SandboxRuntime.NAME);
  }

  private static List<StreamPlan> plans(TestTask task) {
    return StreamPlan.of(task.work().executors());
  }
}
