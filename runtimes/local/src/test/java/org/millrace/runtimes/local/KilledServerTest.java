package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.testkit.runtime.TestTask;

/**
 * Whenever a server is killed, the next one brings what it began to its end, and nothing runs
 * twice.
 */
@Timeout(300)
final class KilledServerTest {
  private static final int KILLS = Integer.getInteger("millrace.kills", 5);

  @TempDir Path temp;

  @BeforeEach
  void shares_what_takes_long_to_make() throws IOException {
    assertThat(new TestHost(temp).area.folder()).isDirectory();
  }

  @AfterEach
  void removes_everything() throws Exception {
    var host = new TestHost(temp);
    for (LocalRuntime runtime : List.of(host.sandbox(), host.process())) {
      for (var handle : runtime.survivors().toList()) {
        runtime.clean(handle);
      }
      runtime.close();
    }
    FolderRemoval.remove(host.area.folder());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sandbox", "process"})
  void work_outlives_a_killed_server(String name) throws Exception {
    TaskId id = new TaskId("only");
    Process server = server(name, List.of(id));
    readUntil(server, "started only");
    kill(server);

    try (LocalRuntime next = open(name)) {
      TestTask task = ServerThatDies.counted(next.offer().name(), id);
      assertThat(next.survivors()).hasSize(1);
      ComputeEnd end = next.await(task);
      assertThat(end).isEqualTo(new ComputeEnd.Ran());
      assertThat(next.collect(task, end).executors())
          .extracting(ExecutorResult::exitCode)
          .containsExactly(0, 0);
      next.clean(task.handle());
      assertThat(next.survivors()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sandbox", "process"})
  void a_server_may_be_killed_at_any_moment(String name) throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      var random = new Random(kill);
      List<TaskId> ids = new ArrayList<>();
      for (int i = 0; i < 3; i++) { // one less than there are slots: nobody cleans meanwhile
        ids.add(new TaskId("kill" + kill + "-" + i));
      }
      Process server = server(name, ids);
      readUntil(server, "ready");
      LockSupport.parkNanos(random.nextLong(300_000_000));
      kill(server);
      goOn(name, ids, kill);
    }
  }

  /** What the engine does: the steps that may not have been done are done again. */
  private void goOn(String name, List<TaskId> ids, int kill) throws Exception {
    try (LocalRuntime next = open(name)) {
      for (TaskId id : ids) {
        TestTask task = ServerThatDies.counted(next.offer().name(), id);
        next.prepare(task);
        next.start(task);
        ComputeEnd end = next.await(task);
        Collected collected = next.collect(task, end);
        next.clean(task.handle());

        assertThat(end).as("kill %s, %s", kill, id).isEqualTo(new ComputeEnd.Ran());
        assertThat(collected.outputs()).as("kill %s, %s: runs", kill, id).hasSize(1);
        assertThat(collected.executors())
            .extracting(ExecutorResult::exitCode)
            .containsExactly(0, 0);
        assertThat(task.staged).hasSize(1);
      }
      assertThat(next.survivors()).isEmpty();
    }
  }

  private LocalRuntime open(String name) throws IOException {
    var host = new TestHost(temp);
    return name.equals("sandbox") ? host.sandbox() : host.process();
  }

  private Process server(String name, List<TaskId> ids) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var command =
        new ArrayList<>(
            List.of(
                java,
                "-Xmx128m",
                "-cp",
                classes,
                ServerThatDies.class.getName(),
                temp.toString(),
                name));
    ids.forEach(id -> command.add(id.text()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static void readUntil(Process server, String wanted) throws IOException {
    BufferedReader lines = server.inputReader();
    for (String line = lines.readLine(); !wanted.equals(line); line = lines.readLine()) {
      assertThat(line).as("the server ended before it said '%s'", wanted).isNotNull();
    }
  }

  private static void kill(Process server) throws InterruptedException {
    server.destroyForcibly();
    server.waitFor();
  }
}
