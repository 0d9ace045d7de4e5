package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.engine.attempt.Collected;
import org.millrace.testkit.runtime.TestTask;

final class ProcessRuntimeTest extends LocalRuntimeContract {
  @Override
  LocalRuntime open(TestHost testHost) throws IOException {
    return testHost.process();
  }

  @Test
  void is_off_until_allowed() throws Exception {
    try (var off =
        ProcessRuntime.open(host.settings, false, host.area, host.stageIn(), host.stageOut())) {
      assertThat(off.offer().isAbsent())
          .as("whoever names it is refused, as nothing will change")
          .isTrue();
      assertThat(off.offer().unavailable().map(Cause::code)).contains("process-not-allowed");
      assertThat(off.offer().unavailable().map(Cause::help))
          .hasValueSatisfying(help -> assertThat(help).contains("runtimes.process: allow"));
    }
  }

  @Test
  void a_command_finds_its_files_below_its_root() throws Exception {
    TestTask task =
        task()
            .input("/data/in", "x")
            .shell("cat \"$MILLRACE_ROOT\"/data/in; pwd")
            .output("/data/in", "mem:in");
    Collected collected = run(task);

    assertThat(only(collected).stdout()).isEqualTo("x" + root(task) + "\n");
    assertThat(collected.notes())
        .anySatisfy(note -> assertThat(note).contains("does not isolate", "MILLRACE_ROOT"));
  }

  @Test
  void absolute_paths_in_a_command_are_the_hosts() throws Exception {
    Path file = Files.writeString(temp.resolve("of-the-host"), "host");

    assertThat(only(run(task().runs("cat", file.toString()))).stdout()).isEqualTo("host");
    assertThat(runtime.offer().closedPaths()).isEmpty();
  }

  @Test
  void tasks_of_a_root_server_are_not_root() throws Exception {
    ExecutorResult result = only(run(task().shell("id -u; id -G; ps -o sid= -p $$")));

    String uid = Integer.toString(TaskUser.serverUid() == 0 ? 65534 : TaskUser.serverUid());
    assertThat(result.stdout().lines().findFirst()).contains(uid);
    assertThat(result.stdout()).doesNotContain(Long.toString(ProcessHandle.current().pid()));
  }
}
