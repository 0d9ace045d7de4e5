package org.millrace.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.SmallFile;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.views.LogFolder;
import org.millrace.engine.views.LogFolder.Stream;

/**
 * What every runtime promises whose executors are commands that are held here, whatever isolates
 * them ({@code contracts/tes.md 7}). Commands name files without a leading slash: where nothing
 * isolates them, the task's root is the folder they start in.
 */
public abstract class TaskRuntimeContract {

  /** The one under test, as it is open now. */
  protected abstract TaskRuntime runtime();

  /** A task for it. */
  protected abstract TestTask task();

  /** What its tasks fetch from and store to. */
  protected abstract MemoryTransfer transfer();

  protected abstract LogFolder logs();

  /** Where the files of an attempt are. */
  protected abstract Path root(TestTask task);

  /** Seconds that nothing else on this machine sleeps for. */
  protected abstract String sleep();

  /** Whether it limits what tasks use. */
  protected abstract boolean limits();

  // --- what executors get ---

  @Test
  void passes_every_argument_byte_for_byte() throws Exception {
    List<String> odd =
        List.of(
            "a b",
            "",
            "'",
            "\"",
            "$HOME",
            "*",
            "`id`",
            "\\",
            "\\n",
            "./d",
            "e/",
            "b//c",
            "https://h//x",
            "new\nline",
            "\t",
            "\u00fcn\u00efc\u00f6d\u00e9 \u6f22\u5b57",
            "-n",
            "--",
            "; false",
            "&&",
            ">",
            "%s",
            "#",
            "~",
            "{a,b}");
    var command = new ArrayList<>(List.of("printf", "[%s]"));
    command.addAll(odd);

    ExecutorResult result = only(run(task().runs(command.toArray(String[]::new))));

    assertThat(result.stdout()).isEqualTo("[" + String.join("][", odd) + "]");
  }

  @Test
  void names_a_program_that_is_not_there() throws Exception {
    Collected collected = run(task().runs("no-such-program", "x"));
    Collected redirected = run(task().runs("no-such-program").to("/out/x"));

    for (Collected each : List.of(collected, redirected)) {
      assertThat(only(each).exitCode()).isEqualTo(127);
      assertThat(only(each).stderr()).contains("no-such-program");
    }
  }

  @Test
  void says_when_a_program_cannot_be_run() throws Exception {
    Collected collected = run(task().input("/data/text", "no program").runs("./data/text"));

    assertThat(only(collected).exitCode()).isIn(126, 127); // shells differ in what they call found
  }

  @Test
  void starts_in_the_working_directory_which_is_made_if_need_be() throws Exception {
    Collected collected =
        run(task().shell("pwd; echo 1 > made").in("/wd/dir").shell("cat wd/dir/made"));

    assertThat(collected.executors().get(0).stdout()).endsWith("/wd/dir\n");
    assertThat(collected.executors().get(1).stdout()).isEqualTo("1\n");
  }

  @Test
  void executors_run_in_order_over_the_same_files_until_one_fails() throws Exception {
    Collected collected =
        run(
            task()
                .volume("/vol/")
                .shell("echo one > vol/f")
                .shell("cat vol/f; echo two >> vol/f; exit 2")
                .ignoringErrors()
                .shell("cat vol/f; exit 3")
                .shell("echo never"));

    assertThat(collected.executors()).extracting(ExecutorResult::exitCode).containsExactly(0, 2, 3);
    assertThat(collected.executors())
        .extracting(ExecutorResult::stdout)
        .containsExactly("", "one\n", "one\ntwo\n");
  }

  // --- streams ---

  @Test
  void small_files_are_read_for_others() throws Exception {
    Collected collected =
        run(
            task()
                .reads("count", "/data/left/count.txt", SmallFile.Form.TEXT)
                .reads("names", "/data/left/names", SmallFile.Form.LINES)
                .reads("none", "/data/left/none", SmallFile.Form.TEXT)
                .shell("cd data/left; echo 3 > count.txt; printf 'a b\\n\\nc' > names"));

    assertThat(collected.value())
        .contains(
            new Value.Fields(
                Map.of(
                    "files",
                    new Value.Fields(
                        Map.of(
                            "count",
                            new Value.Text("3"),
                            "names",
                            new Value.Items(
                                List.of(new Value.Text("a b"), new Value.Text("c"))))))));
    assertThat(collected.notes()).contains("values.none: /data/left/none was not there in the end");
  }

  @Test
  void two_streams_may_share_a_path() throws Exception {
    TestTask task =
        task()
            .shell("echo 1; echo 2 >&2; echo 3")
            .to("/o/x")
            .errorsTo("/o//x")
            .output("/o/x", "mem:o");

    run(task);

    assertThat(transfer().files.getOrDefault("mem:o", "").lines()) // an engine has two pipes
        .containsExactlyInAnyOrder("1", "2", "3");
  }

  @Test
  void executors_that_share_a_path_truncate_it_and_keep_their_own_logs() throws Exception {
    TestTask task =
        task()
            .shell("echo first and longer")
            .to("/out/o")
            .shell("echo second >&2; exit 4")
            .errorsTo("/out/o")
            .ignoringErrors()
            .shell("echo third")
            .to("/out/o")
            .outputFolder("/out", "mem:out");
    Collected collected = run(task);

    assertThat(transfer().files).containsEntry("mem:out/o", "third\n");
    assertThat(collected.executors())
        .extracting(ExecutorResult::stdout)
        .containsExactly("first and longer\n", "", "third\n");
    assertThat(collected.executors())
        .extracting(ExecutorResult::stderr)
        .containsExactly("", "second\n", "");
    assertThat(collected.executors()).extracting(ExecutorResult::exitCode).containsExactly(0, 4, 0);
    assertThat(log(task, 0, Stream.STDOUT)).hasContent("first and longer\n");
    assertThat(log(task, 2, Stream.STDOUT)).hasContent("third\n");
  }

  @Test
  void a_missing_stdin_file_is_the_executors_error() throws Exception {
    Collected collected = run(task().runs("cat").from("/no/such"));

    assertThat(only(collected).exitCode()).isEqualTo(1);
    assertThat(collected.whyFailed().map(Cause::code)).contains("stdin-missing");
    assertThat(collected.whyFailed().orElseThrow().message())
        .isEqualTo("executor 0: there is no file at its stdin '/no/such'");
    assertThat(collected.whyFailed().orElseThrow().byCaller()).isTrue();
  }

  @Test
  void records_hold_the_tail_and_files_hold_all() throws Exception {
    TestTask task =
        task()
            .shell(
                "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; printf"
                    + " 'end\\377\\303\\251'");

    ExecutorResult result = only(run(task));

    assertThat(result.stdout())
        .hasSizeLessThanOrEqualTo(10 * 1024)
        .endsWith("0123456789\nend\ufffd\u00e9");
    assertThat(Files.size(log(task, 0, Stream.STDOUT))).isEqualTo(20_000 * 11 + 6);
  }

  @Test
  void logs_grow_while_the_executor_runs() throws Exception {
    TestTask task =
        task()
            .volume("/v")
            .shell("echo plain; while [ ! -e v/go ]; do sleep 0.02; done")
            .shell("echo sent; while [ ! -e v/go2 ]; do sleep 0.02; done")
            .to("/out/o");
    runtime().prepare(task);
    runtime().start(task);
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> awaitUntilInterrupted(task)); // some start the next executor so

    Waiting.until(() -> isIn(log(task, 0, Stream.STDOUT), "plain\n"));
    Files.createFile(root(task).resolve("v/go"));
    Waiting.until(() -> isIn(log(task, 1, Stream.STDOUT), "sent\n"));
    Files.createFile(root(task).resolve("v/go2"));
    waiting.join();

    assertThat(finish(task).executors()).hasSize(2);
    assertThat(log(task, 0, Stream.STDOUT)).hasContent("plain\n");
    assertThat(log(task, 1, Stream.STDOUT)).hasContent("sent\n");
  }

  private static boolean isIn(Path file, String words) throws Exception {
    return Files.exists(file) && Files.readString(file).equals(words);
  }

  // --- inputs and outputs ---

  @Test
  void stores_what_is_there_after_a_failure_and_notes_what_is_missing() throws Exception {
    Collected collected =
        run(
            task()
                .shell("echo 1 > out/a; exit 1")
                .output("/out/a", "mem:a")
                .output("/out/b", "mem:b"));

    assertThat(transfer().files).containsEntry("mem:a", "1\n");
    assertThat(collected.outputProblem()).isEmpty();
    assertThat(collected.notes())
        .anySatisfy(note -> assertThat(note).startsWith("outputs[1] /out/b was not there"));
  }

  @Test
  void an_input_that_cannot_be_brought_in_ends_the_attempt_and_leaves_nothing() {
    TestTask task = task().fetch("mem:none", "/data/x").runs("true");

    assertThatThrownBy(() -> runtime().prepare(task))
        .asInstanceOf(type(AttemptFailed.class))
        .extracting(AttemptFailed::outcome)
        .asInstanceOf(type(Outcome.InputFailed.class))
        .extracting(Outcome.InputFailed::cause)
        .isEqualTo(
            Cause.ofCaller(
                "input-not-found", "inputs[0] /data/x from mem:none: there is none", ""));
    assertThat(runtime().survivors()).isEmpty();
  }

  // --- signals and limits ---

  @Test
  void a_signal_is_told_by_number() throws Exception {
    ExecutorResult result = only(run(task().shell("kill -9 $$")));

    assertThat(result.exitCode()).isEqualTo(137);
    assertThat(result.signal()).isEqualTo(OptionalInt.of(9));
    assertThat(result.outOfMemory()).isFalse();
  }

  @Test
  void a_fork_bomb_meets_its_limit() throws Exception {
    Assumptions.assumeTrue(limits());
    Collected collected =
        run(task().shell("i=0; while [ $i -lt 400 ]; do sleep 30 & i=$((i+1)); done"));

    assertThat(only(collected).stderr()).matches("(?is).*(can't|cannot) fork.*");
  }

  @Test
  void a_task_that_uses_too_much_memory_is_killed_and_said_to_be() throws Exception {
    Assumptions.assumeTrue(limits());
    Collected collected = run(task().asks(1, 0.0625).runs("tail", "-n", "1", "/dev/zero"));

    assertThat(only(collected).exitCode()).isEqualTo(137);
    assertThat(only(collected).outOfMemory()).isTrue();
    assertThat(collected.whyFailed().map(Cause::code)).contains("out-of-memory");
    assertThat(collected.whyFailed().map(Cause::byCaller)).contains(true);
    assertThat(collected.whyFailed().orElseThrow().message()).contains("67108864 bytes");
  }

  // --- cancelled, interrupted, done again ---

  @Test
  void what_was_cancelled_before_it_started_never_starts() throws Exception {
    for (boolean prepared : List.of(true, false)) {
      TestTask task = task().shell("echo ran");
      if (prepared) {
        runtime().prepare(task);
      }
      runtime().cancel(task.handle());
      runtime().prepare(task);
      runtime().start(task);

      assertThat(runtime().await(task)).isEqualTo(new ComputeEnd.Stopped(false));
      assertThat(runtime().collect(task, new ComputeEnd.Stopped(true)).executors()).isEmpty();
      runtime().clean(task.handle());
    }
  }

  @Test
  void cancel_and_clean_of_what_is_not_there_are_harmless() throws Exception {
    TestTask task = task().runs("true");

    runtime().clean(task.handle());
    runtime().cancel(task.handle());
    runtime().cancel(task.handle());
    runtime().clean(task.handle());
    runtime().clean(task.handle());
  }

  @Test
  void clean_stops_what_still_runs() throws Exception {
    TestTask task = task().shell("sleep " + sleep());
    runtime().prepare(task);
    runtime().start(task);
    Waiting.until(() -> !Processes.sleeping(sleep()).isEmpty());

    runtime().clean(task.handle());

    assertThat(Processes.sleeping(sleep())).isEmpty();
    assertThat(runtime().survivors()).isEmpty();
  }

  @Test
  void an_interrupted_wait_leaves_the_work_running() throws Exception {
    TestTask task =
        task().volume("/v").shell("while [ ! -e v/go ]; do sleep 0.02; done; echo done");
    runtime().prepare(task);
    runtime().start(task);
    Thread waiting = Thread.ofVirtual().start(() -> awaitUntilInterrupted(task));
    waiting.interrupt();
    waiting.join();
    Files.createFile(root(task).resolve("v/go"));

    assertThat(only(finish(task)).stdout()).isEqualTo("done\n");
  }

  private void awaitUntilInterrupted(TestTask task) {
    try {
      runtime().await(task);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void an_interrupted_preparation_is_no_failure() throws Exception {
    TestTask task = task().input("/a", "x").input("/b", "y").runs("true");
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> runtime().prepare(task)).isInstanceOf(InterruptedException.class);
    assertThat(only(run(task)).exitCode()).isZero();
  }

  @Test
  void an_unprepared_start_is_refused() {
    assertThatThrownBy(() -> runtime().start(task().runs("true")))
        .asInstanceOf(type(AttemptFailed.class))
        .extracting(AttemptFailed::outcome)
        .isInstanceOf(Outcome.RuntimeFailed.class);
  }

  @Test
  void many_starts_at_once_run_it_once() throws Exception {
    TestTask task =
        task()
            .volume("/count")
            .shell("mktemp count/XXXXXX; sleep 0.2")
            .outputFolder("/count", "mem:count");
    runtime().prepare(task);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> starts = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        starts.add(() -> {
          runtime().start(task);
          return true;
        });
      }
      for (Future<Boolean> start : threads.invokeAll(starts)) {
        assertThat(start.get()).isTrue();
      }
    }

    assertThat(finish(task).outputs()).hasSize(1);
  }

  @Test
  void what_is_not_there_at_all_is_lost_and_may_have_run() throws Exception {
    assertThat(runtime().await(task().runs("true")))
        .asInstanceOf(type(ComputeEnd.Lost.class))
        .satisfies(lost -> assertThat(lost.mayHaveStarted()).isTrue());
  }

  // --- words of these tests ---

  /** All five steps. */
  protected final Collected run(TestTask task) throws AttemptFailed, InterruptedException {
    assertThat(runtime().offer().unavailable().map(Cause::toString)).isEmpty();
    runtime().prepare(task);
    runtime().start(task);
    return finish(task);
  }

  /** The last three. */
  protected final Collected finish(TestTask task) throws InterruptedException {
    ComputeEnd end = runtime().await(task);
    assertThat(end).isEqualTo(new ComputeEnd.Ran());
    Collected collected = runtime().collect(task, end);
    runtime().clean(task.handle());
    return collected;
  }

  /** The result of the one executor. */
  protected static ExecutorResult only(Collected collected) {
    assertThat(collected.executors()).hasSize(1);
    return collected.executors().getFirst();
  }

  /** The file that holds all of a stream. */
  protected final Path log(TestTask task, int executor, Stream stream) {
    return logs().place(task.task(), task.attempt(), executor, stream);
  }
}
