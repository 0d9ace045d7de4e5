package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.engine.views.LogFolder;
import org.millrace.engine.views.LogFolder.Stream;
import org.millrace.testkit.runtime.MemoryTransfer;
import org.millrace.testkit.runtime.Processes;
import org.millrace.testkit.runtime.TaskRuntimeContract;
import org.millrace.testkit.runtime.TestTask;
import org.millrace.testkit.runtime.Waiting;

/** What a runtime of this host promises, whatever its isolation ({@code contracts/tes.md 7}). */
@Timeout(60)
abstract class LocalRuntimeContract extends TaskRuntimeContract {
  @TempDir Path temp;
  TestHost host;
  LocalRuntime runtime;

  abstract LocalRuntime open(TestHost host) throws IOException;

  @BeforeEach
  void opens() throws IOException {
    host = new TestHost(temp);
    runtime = open(host);
  }

  @AfterEach
  void leaves_nothing_behind() throws Exception {
    List<Handle> left = runtime.survivors().toList();
    for (Handle handle : left) {
      runtime.clean(handle); // what a test that failed left running
    }
    runtime.close();
    FolderRemoval.remove(host.area.folder());
    assertThat(left).isEmpty();
  }

  // --- what executors get ---

  @Test
  void runs_a_command_and_collects_its_streams() throws Exception {
    ExecutorResult result = only(run(task().shell("echo out; echo err >&2")));

    assertThat(result.exitCode()).isZero();
    assertThat(result.stdout()).isEqualTo("out\n");
    assertThat(result.stderr()).isEqualTo("err\n");
    assertThat(result.signal()).isEmpty();
  }

  @Test
  void a_command_that_is_too_long_is_refused_by_that_name() throws Exception {
    Collected longer = run(task().runs("echo", "x".repeat(200_000)));

    assertThat(only(longer).exitCode()).isEqualTo(126);
    assertThat(longer.whyFailed().map(Cause::code)).contains("command-too-long");
  }

  @Test
  void two_streams_at_one_path_keep_their_order() throws Exception {
    TestTask task =
        task().shell("echo 1; echo 2 >&2; echo 3").to("/o").errorsTo("//o").output("/o", "mem:o");

    ExecutorResult result = only(run(task));

    assertThat(host.transfer.files).containsEntry("mem:o", "1\n2\n3\n");
    assertThat(result.stdout()).isEqualTo("1\n2\n3\n");
    assertThat(result.stderr()).isEqualTo("1\n2\n3\n");
  }

  @Test
  void a_program_that_is_not_there_is_told_by_name() throws Exception {
    Collected collected = run(task().runs("no-such-program").to("/out/x"));

    assertThat(collected.whyFailed())
        .hasValueSatisfying(why -> {
          assertThat(why.code()).isEqualTo("command-not-found");
          assertThat(why.message())
              .isEqualTo("executor 0: program 'no-such-program' was not found");
          assertThat(why.byCaller()).isTrue();
        });
  }

  @Test
  void the_next_executor_starts_with_nobody_waiting() throws Exception {
    TestTask task = task().runs("true").shell("echo second");
    runtime.prepare(task);
    runtime.start(task);

    Waiting.until(() -> Files.exists(log(task, 1, Stream.STDOUT)));

    assertThat(finish(task).executors()).hasSize(2);
  }

  @Test
  void a_folder_is_no_stdin() throws Exception {
    Collected folder = run(task().volume("/data").runs("cat").from("/data"));

    assertThat(folder.whyFailed().map(Cause::code)).contains("stdin-missing");
  }

  @Test
  void runs_no_shell_that_nobody_asked_for() throws Exception {
    Collected sleep = run(task().runs("sleep", "0", "&&", "false"));
    Collected space = run(task().runs("sleep 20"));

    assertThat(only(sleep).exitCode()).isEqualTo(1);
    assertThat(only(sleep).stderr()).contains("invalid time interval");
    assertThat(only(space).exitCode()).isEqualTo(127);
  }

  @Test
  void gives_a_clean_environment_and_the_tasks_own_values_unexpanded() throws Exception {
    ExecutorResult result =
        only(
            run(task().runs("env").with("GREETING", "$HOME `id` \"x\"\nline 2").with("LANG", "C")));

    List<String> names =
        result
            .stdout()
            .lines()
            .filter(line -> line.contains("="))
            .map(line -> line.substring(0, line.indexOf('=')))
            .toList();
    assertThat(names)
        .contains("PATH", "HOME", "TMPDIR", "LANG", "GREETING")
        .isSubsetOf(
            "PATH",
            "HOME",
            "TMPDIR",
            "LANG",
            "GREETING",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_",
            "MILLRACE_ROOT");
    assertThat(result.stdout())
        .contains("GREETING=$HOME `id` \"x\"\nline 2\n")
        .contains("LANG=C\n");
  }

  @Test
  void values_of_variables_stand_in_no_list_of_processes_and_no_readable_file() throws Exception {
    TestTask task =
        task()
            .shell("echo $TOKEN; while [ ! -e go ]; do sleep 0.02; done; echo $TOKEN")
            .with("TOKEN", "secret-4761");
    runtime.prepare(task);
    runtime.start(task);
    Waiting.until(() -> Files.size(log(task, 0, Stream.STDOUT)) > 0);

    List<String> seen = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      entries.forEach(entry -> seen.add(Processes.commandOf(entry)));
    }
    try (var files =
        Files.newDirectoryStream(
            host.area.attempt(runtime.offer().name(), task.handle().name()).folder())) {
      for (Path file : files) {
        if (Files.isRegularFile(file)
            && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
          seen.add(Files.readString(file));
        }
      }
    }
    Files.createFile(root(task).resolve("go"));
    ComputeEnd end = runtime.await(task);

    assertThat(seen).isNotEmpty().noneMatch(text -> text.contains("secret-4761"));
    assertThat(only(runtime.collect(task, end)).stdout()).isEqualTo("secret-4761\nsecret-4761\n");
    runtime.clean(task.handle());
  }

  @Test
  void variables_may_have_any_name_and_value() throws Exception {
    String odd = "a  b '\"$HOME`id`\\ ${X}\n#\n";
    TestTask task = task();
    for (boolean redirected : new boolean[] {false, true}) {
      task.runs("env", "-0");
      for (String name :
          List.of("A", "_a1", "a.b", "a-b", "9", "UID", "IFS", "PPID", "BASH_FUNC_x%%")) {
        task.with(name, odd);
      }
      if (redirected) {
        task.to("/o");
      }
    }

    Collected collected = run(task);

    for (ExecutorResult result : collected.executors()) {
      List<String> seen = List.of(result.stdout().split("\0", -1));
      assertThat(seen)
          .contains("A=" + odd, "_a1=" + odd, "a.b=" + odd, "a-b=" + odd, "9=" + odd)
          .contains("UID=" + odd, "PPID=" + odd, "BASH_FUNC_x%%=" + odd)
          .noneMatch(variable ->
              variable.startsWith("MILLRACE_") && !variable.startsWith("MILLRACE_ROOT="));
    }
  }

  @Test
  void an_ignored_error_is_recorded_and_the_next_executor_runs() throws Exception {
    Collected collected = run(task().runs("false").ignoringErrors().shell("echo on"));

    assertThat(collected.executors()).extracting(ExecutorResult::exitCode).containsExactly(1, 0);
    assertThat(collected.whyFailed()).isEmpty();
    assertThat(collected.outputProblem()).isEmpty();
  }

  @Test
  void an_empty_command_runs_nothing_and_says_so() throws Exception {
    Collected collected = run(task().runs().runs("echo", "on"));

    assertThat(collected.executors()).extracting(ExecutorResult::exitCode).containsExactly(0, 0);
    assertThat(collected.notes()).contains("executor 0 has no command: nothing was run");
  }

  @Test
  void names_the_image_that_was_not_used() throws Exception {
    assertThat(run(task().runs("true")).notes())
        .anySatisfy(note -> assertThat(note).startsWith("image busybox was not used"));
  }

  @Test
  void refuses_what_no_program_can_be_given() {
    for (TestTask bad :
        List.of(
            task().runs("echo", "a\0b"),
            task().runs("true").with("", "x"),
            task().runs("true").with("A=B", "x"),
            task().runs("true").to("/out\0"))) {
      assertThatThrownBy(() -> runtime.prepare(bad))
          .asInstanceOf(type(AttemptFailed.class))
          .extracting(AttemptFailed::outcome)
          .isInstanceOf(Outcome.Unplaceable.class);
    }
  }

  // --- streams ---

  @Test
  void reads_and_writes_streams_at_paths_of_the_task_and_keeps_logs() throws Exception {
    TestTask task =
        task()
            .input("/data/in", "b\na\n")
            .runs("sort")
            .from("/data/in")
            .to("/deep/out/sorted")
            .errorsTo("/deep/err/e")
            .shell("cat; echo oh >&2")
            .from("/deep/out/sorted")
            .errorsTo("/deep/err/f")
            .output("/deep/out/sorted", "mem:sorted")
            .output("/deep/err/f", "mem:f");

    Collected collected = run(task);

    assertThat(host.transfer.files)
        .containsEntry("mem:sorted", "a\nb\n")
        .containsEntry("mem:f", "oh\n");
    assertThat(collected.executors())
        .extracting(ExecutorResult::stdout)
        .containsExactly("a\nb\n", "a\nb\n");
    assertThat(collected.executors())
        .extracting(ExecutorResult::stderr)
        .containsExactly("", "oh\n");
    assertThat(log(task, 0, Stream.STDOUT)).hasContent("a\nb\n");
    assertThat(log(task, 1, Stream.STDERR)).hasContent("oh\n");
  }

  @Test
  void a_killed_executors_words_are_all_that_is_in_its_streams() throws Exception {
    String dies = "echo its own last words >&2; echo out; kill -SEGV $$";
    TestTask task =
        task()
            .shell(dies)
            .to("/o")
            .errorsTo("/e")
            .ignoringErrors()
            .shell(dies)
            .ignoringErrors()
            .shell(dies)
            .errorsTo("/again")
            .ignoringErrors()
            .shell("true")
            .errorsTo("/again")
            .output("/e", "mem:e");

    Collected collected = run(task);

    assertThat(host.transfer.files).containsEntry("mem:e", "its own last words\n");
    assertThat(collected.executors())
        .extracting(ExecutorResult::stderr)
        .containsExactly(
            "its own last words\n", "its own last words\n", "its own last words\n", "");
    assertThat(collected.executors())
        .extracting(ExecutorResult::exitCode)
        .containsExactly(139, 139, 139, 0);
  }

  @Test
  void a_stream_may_replace_an_input_that_was_read_before() throws Exception {
    Collected collected =
        run(
            task()
                .input("/data/x", "old")
                .runs("cat", "data/x")
                .shell("echo new")
                .to("/data/x")
                .output("/data/x", "mem:x"));

    assertThat(collected.executors().getFirst().stdout()).isEqualTo("old");
    assertThat(host.transfer.files).containsEntry("mem:x", "new\n");
  }

  @Test
  void a_stream_whose_folder_was_removed_before_is_written_and_kept_all_the_same()
      throws Exception {
    TestTask task =
        task()
            .shell("rm -rf out")
            .shell("echo kept")
            .to("/out/deep/o")
            .output("/out/deep/o", "mem:o");

    Collected collected = run(task);

    assertThat(host.transfer.files).containsEntry("mem:o", "kept\n");
    assertThat(collected.executors().get(1).stdout()).isEqualTo("kept\n");
  }

  @Test
  void a_stream_of_an_executor_that_never_ran_leaves_no_file() throws Exception {
    TestTask task = task().runs("false").runs("echo", "x").to("/out/o").output("/out/o", "mem:o");

    Collected collected = run(task);

    assertThat(host.transfer.files).isEmpty();
    assertThat(collected.notes())
        .anySatisfy(note -> assertThat(note).contains("/out/o was not there"));
    assertThat(host.area.logs().stream(task.task(), 1, 1, Stream.STDOUT)).isEmpty();
  }

  @Test
  void whatever_a_task_makes_of_its_streams_it_is_collected() throws Exception {
    Collected collected =
        run(
            task()
                .shell("rm o; ln -s o o; echo said; chmod 000 /dev/stderr; exit 3")
                .to("/o")
                .ignoringErrors()
                .shell("ln -s p p; exit 4")
                .shell("never")
                .to("/p"));

    assertThat(collected.executors()).extracting(ExecutorResult::exitCode).containsExactly(3, 4);
    assertThat(collected.executors().getFirst().stdout()).isEqualTo("said\n");
    assertThat(collected.outputProblem()).isEmpty();
  }

  @Test
  void a_stream_that_cannot_be_written_is_the_executors_error() throws Exception {
    Collected collected = run(task().shell("rm out/o; mkdir out/o").runs("echo", "x").to("/out/o"));

    assertThat(collected.executors()).extracting(ExecutorResult::exitCode).containsExactly(0, 1);
    assertThat(collected.whyFailed().map(Cause::code)).contains("stdout-unwritable");
  }

  @Test
  void without_stdin_there_is_end_of_file() throws Exception {
    assertThat(only(run(task().runs("cat"))).exitCode()).isZero();
  }

  @Test
  void a_log_is_kept_up_to_its_limit_and_the_record_says_that_the_rest_was_cut() throws Exception {
    String much = "head -c 5000000 /dev/zero | tr '\\0' x";
    TestTask task =
        task().shell(much).shell(much).to("/o").output("/o", "mem:o").shell("echo little");

    Collected collected = run(task);

    assertThat(host.transfer.files.get("mem:o"))
        .hasSize(5_000_000); // an output is none of our logs
    assertThat(Files.size(log(task, 0, Stream.STDOUT))).isEqualTo(TestHost.LOG_LIMIT);
    assertThat(Files.size(log(task, 1, Stream.STDOUT))).isEqualTo(TestHost.LOG_LIMIT);
    assertThat(log(task, 2, Stream.STDOUT)).hasContent("little\n");
    assertThat(collected.notes())
        .filteredOn(note -> note.contains("the rest was cut"))
        .containsExactly(
            "executor 0: of its stdout the log keeps the first 3145728 bytes; the rest was cut",
            "executor 1: of its stdout the log keeps the first 3145728 bytes; the rest was cut");
    assertThat(host.area.logs().ofAttempt(task.task(), 1)).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void a_log_takes_no_more_of_the_disk_while_its_executor_runs() throws Exception {
    TestTask task =
        task()
            .shell(
                "while [ ! -e go ]; do head -c 1000000 /dev/zero; sleep 0.02; done; echo end >&2");
    runtime.prepare(task);
    runtime.start(task);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ComputeEnd> end = threads.submit(() -> runtime.await(task));
      Path log = log(task, 0, Stream.STDOUT);
      Waiting.until(() -> Files.size(log) > TestHost.LOG_LIMIT);
      Waiting.until(() -> Files.size(log) <= TestHost.LOG_LIMIT);
      Files.createFile(root(task).resolve("go"));
      assertThat(end.get()).isEqualTo(new ComputeEnd.Ran());
    }

    Collected collected = runtime.collect(task, new ComputeEnd.Ran());
    assertThat(only(collected).stderr()).isEqualTo("end\n");
    assertThat(collected.notes()).anyMatch(note -> note.contains("the rest was cut"));
    runtime.clean(task.handle());
  }

  @Test
  void programs_may_open_their_standard_streams_by_name() throws Exception {
    ExecutorResult result =
        only(
            run(
                task()
                    .shell("echo a >/dev/stdout; echo b >/dev/stderr; echo c | tee /dev/stderr")));

    assertThat(result.exitCode()).isZero();
    assertThat(result.stderr()).contains("c\n");
  }

  // --- inputs and outputs ---

  @Test
  void brings_inputs_in_and_outputs_out_with_their_digests() throws Exception {
    host.transfer.files.put("mem:in", "hello");
    TestTask task =
        task()
            .fetch("mem:in", "/data/deep/in")
            .input("/data/inline", "x")
            .shell(
                "cp data/deep/in new/folder/out; mkdir tree/a; echo 1 > tree/a/b; echo 2 > tree/c")
            .output("/new/folder/out", "mem:out")
            .outputFolder("/tree", "mem:tree/");

    Collected collected = run(task);

    assertThat(task.staged)
        .extracting(StoredFile::path)
        .containsExactly("/data/deep/in", "/data/inline");
    assertThat(collected.outputs())
        .extracting(StoredFile::url)
        .containsExactly("mem:out", "mem:tree/a/b", "mem:tree/c");
    assertThat(collected.outputs().getFirst().sha256())
        .contains("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assertThat(collected.outputProblem()).isEmpty();
  }

  @Test
  void a_missing_output_after_success_is_a_problem() throws Exception {
    Collected collected = run(task().runs("true").output("/out/a", "mem:a"));

    assertThat(collected.outputProblem().map(Cause::code)).contains("output-missing");
  }

  @Test
  void opens_no_pipe_and_follows_no_link_out_when_it_collects() throws Exception {
    Path secret = Files.writeString(temp.resolve("secret"), "the server's");
    Collected collected =
        run(
            task()
                .shell(
                    "mkfifo out/pipe; ln -s "
                        + secret
                        + " out/link; ln -s ../../../../../.."
                        + secret
                        + " out/up; ln -s / out/all")
                .outputFolder("/out", "mem:out")
                .output("/out/link", "mem:link"));

    assertThat(host.transfer.files).isEmpty();
    assertThat(collected.notes()).filteredOn(note -> note.contains("not stored: /out/")).hasSize(4);
    assertThat(collected.outputProblem().map(Cause::code)).contains("output-missing");
  }

  @Test
  void what_is_collected_is_closed_to_everybody_else() throws Exception {
    TestTask task = task().runs("true");
    runtime.collect(task, runToEnd(task));

    assertThat(Files.getAttribute(root(task), "unix:uid")).isEqualTo(TaskUser.serverUid());
    assertThat(Files.getPosixFilePermissions(root(task))).isEqualTo(OthersMay.NOTHING);
    runtime.clean(task.handle());
  }

  // --- what is measured ---

  @Test
  void tells_when_an_executor_ran_and_what_it_used() throws Exception {
    Instant before = Instant.now();
    ExecutorResult result =
        only(run(task().shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 0.5")));
    Instant after = Instant.now();

    assertThat(result.start()).isBetween(before.minusMillis(50), after);
    assertThat(result.end()).isBetween(result.start(), after.plusMillis(50));
    assertThat(Duration.between(result.start(), result.end()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(490));
    assertThat(result.usage().cpu())
        .hasValueSatisfying(
            cpu -> assertThat(cpu).isBetween(Duration.ofMillis(10), Duration.ofSeconds(30)));
    assertThat(result.usage().peakMemory())
        .hasValueSatisfying(bytes -> assertThat(bytes).isBetween(100_000L, 100_000_000L));
    assertThat(result.usage().measuredBy()).isEqualTo(measuredBy());
  }

  String measuredBy() {
    return "cgroup-v1";
  }

  @Test
  void counts_each_executor_for_itself() throws Exception {
    Assumptions.assumeTrue(limits());
    Collected collected =
        run(task().shell("head -c 60000000 /dev/zero | tail -n 1 >/dev/null").runs("true"));

    assertThat(collected.executors().get(0).usage().peakMemory().orElseThrow())
        .isGreaterThan(50_000_000);
    assertThat(collected.executors().get(1).usage().peakMemory().orElseThrow())
        .isLessThan(30_000_000);
  }

  @Test
  void control_groups_that_somebody_removed_are_made_again() throws Exception {
    run(task().runs("true"));
    runtime.close(); // removes those of free slots

    Collected collected = run(task().runs("true"));

    assertThat(only(collected).usage().measuredBy()).isEqualTo(measuredBy());
    assertThat(collected.notes()).noneMatch(note -> note.contains("control groups"));
  }

  // --- stopping ---

  @Test
  void cancel_ends_the_whole_tree_within_a_second() throws Exception {
    TestTask task =
        task()
            .shell(
                """
                trap '' TERM HUP INT
                (trap '' TERM; sleep 4711) &
                setsid sh -c 'trap "" TERM; sleep 4712 & sleep 4713' &
                echo ready
                sleep 4714
                """)
            .shell("echo never");
    runtime.prepare(task);
    runtime.start(task);
    Waiting.until(
        () -> Files.size(log(task, 0, Stream.STDOUT)) > 0 && Processes.sleeping("471").size() == 4);

    long begun = System.nanoTime();
    runtime.cancel(task.handle());
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    List<String> left = Processes.sleeping("471");
    runtime.cancel(task.handle());

    assertThat(left).isEmpty();
    assertThat(took).isLessThan(Duration.ofSeconds(5)); // 1 s on an idle machine
    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Stopped(false));
    Collected collected = runtime.collect(task, new ComputeEnd.Stopped(true));
    assertThat(only(collected).exitCode()).isEqualTo(137);
    assertThat(only(collected).stdout()).isEqualTo("ready\n");
    runtime.clean(task.handle());
  }

  @Test
  void what_was_cancelled_before_it_was_prepared_never_starts() throws Exception {
    TestTask task = task().shell("echo ran");
    runtime.cancel(task.handle());
    runtime.prepare(task);
    runtime.start(task);

    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Stopped(false));
    runtime.clean(task.handle());
  }

  @Test
  void cancel_in_the_moment_of_the_start_leaves_nothing_running() throws Exception {
    for (int i = 0; i < 20; i++) {
      TestTask task = task().shell("sleep 4721");
      runtime.prepare(task);
      runtime.start(task);
      long pause = i * 1_000_000L;
      LockSupport.parkNanos(pause);
      runtime.cancel(task.handle());

      assertThat(Processes.sleeping("4721")).as("after %s ms", i).isEmpty();
      assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Stopped(false));
      runtime.clean(task.handle());
    }
  }

  @Test
  void what_an_executor_left_running_is_gone_before_the_next_one() throws Exception {
    Collected collected =
        run(
            task()
                .shell("setsid sleep 4741 >/dev/null 2>&1 & sleep 4742 & echo 1")
                .shell("echo 2"));

    assertThat(collected.executors()).hasSize(2);
    assertThat(Processes.sleeping("474")).isEmpty();
  }

  // --- steps repeated, servers gone ---

  @Test
  void a_second_start_changes_nothing() throws Exception {
    TestTask task =
        task()
            .volume("/count")
            .shell("mktemp count/XXXXXX; sleep 0.3")
            .outputFolder("/count", "mem:count");
    runtime.prepare(task);
    runtime.start(task);
    runtime.start(task);
    runtime.prepare(task);
    runtime.start(task);

    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Ran());
    runtime.start(task);
    assertThat(runtime.collect(task, new ComputeEnd.Ran()).outputs()).hasSize(1);
    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Ran());
    runtime.clean(task.handle());
  }

  @Test
  void what_was_left_half_prepared_is_made_anew() throws Exception {
    TestTask task = task().input("/a", "whole").shell("cat a; ls");
    runtime.prepare(task);
    AttemptFolder attempt = host.area.attempt(runtime.offer().name(), task.handle().name());
    Files.delete(attempt.script());
    Files.writeString(attempt.root().resolve("a"), "ha");
    Files.writeString(attempt.root().resolve("rest"), "");

    Collected collected = run(task);

    assertThat(only(collected).stdout()).startsWith("whole").doesNotContain("rest");
  }

  @Test
  void preparing_again_tells_the_inputs_again() throws Exception {
    TestTask task = task().input("/a", "x").runs("true");
    runtime.prepare(task);
    List<StoredFile> first = List.copyOf(task.staged);
    task.staged.clear();
    runtime.prepare(task);

    assertThat(task.staged).isEqualTo(first).hasSize(1);
    runtime.clean(task.handle());
  }

  @Test
  void what_nobody_started_is_lost_and_cannot_start_any_more() throws Exception {
    TestTask task = task().shell("echo ran");
    runtime.prepare(task);

    assertThat(runtime.await(task))
        .asInstanceOf(type(ComputeEnd.Lost.class))
        .satisfies(lost -> assertThat(lost.mayHaveStarted()).isFalse());
    runtime.start(task);
    assertThat(runtime.await(task)).isInstanceOf(ComputeEnd.Lost.class);
    runtime.clean(task.handle());
  }

  @Test
  void a_damaged_line_in_the_journal_breaks_the_attempt_and_nothing_else() throws Exception {
    TestTask task = task().runs("true");
    runtime.prepare(task);
    AttemptFolder attempt = host.area.attempt(runtime.offer().name(), task.handle().name());
    Files.writeString(
        attempt.journalFile(), "by 1 1 " + ProcessTree.bootId() + " 5.0\nexit 0 1\0.2\nend ran\n");

    ComputeEnd end = runtime.await(task);
    assertThat(end).isInstanceOf(ComputeEnd.Broken.class);
    assertThat(runtime.collect(task, end).executors()).isEmpty();
    runtime.cancel(task.handle());
    runtime.clean(task.handle());
  }

  @Test
  void a_machine_that_was_restarted_in_between_lost_the_work() throws Exception {
    TestTask task = task().runs("true");
    runtime.prepare(task);
    AttemptFolder attempt = host.area.attempt(runtime.offer().name(), task.handle().name());
    Files.writeString(attempt.journalFile(), "by 1 1 another-boot 5.0\n");

    assertThat(runtime.await(task))
        .asInstanceOf(type(ComputeEnd.Lost.class))
        .satisfies(lost -> {
          assertThat(lost.cause().code()).isEqualTo("machine-restarted");
          assertThat(lost.mayHaveStarted()).isTrue();
        });
    runtime.cancel(task.handle());
    runtime.clean(task.handle());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "", "by 1", "\0\0\0\0"})
  void a_journal_that_was_lost_with_the_power_is_no_proof_that_nothing_ran(String journal)
      throws Exception {
    TestTask task = task().shell("echo ran");
    runtime.prepare(task);
    AttemptFolder attempt = host.area.attempt(runtime.offer().name(), task.handle().name());
    ofAnotherBoot(attempt);
    if (!journal.equals("none")) {
      Files.writeString(attempt.journalFile(), journal);
    }

    try (LocalRuntime next = open(host)) {
      next.prepare(task);
      next.start(task);
      assertThat(next.await(task))
          .asInstanceOf(type(ComputeEnd.Lost.class))
          .satisfies(lost -> {
            assertThat(lost.cause().code()).isEqualTo("machine-restarted");
            assertThat(lost.mayHaveStarted()).isTrue();
          });
      next.clean(task.handle());
    }
  }

  @Test
  void holes_of_a_stream_take_no_room_in_its_log() throws Exception {
    TestTask task = task().shell("echo begin; truncate -s 1T o; sleep 0; echo end >&2").to("/o");

    Collected collected = run(task);

    Path log = log(task, 0, Stream.STDOUT);
    assertThat(log).hasSize(TestHost.LOG_LIMIT);
    assertThat(only(collected).stderr()).isEqualTo("end\n");
    try (var kept = Files.newInputStream(log)) {
      assertThat(kept.readNBytes(7)).isEqualTo("begin\n\0".getBytes(StandardCharsets.UTF_8));
    }
    Process du = new ProcessBuilder("du", "-k", log.toString()).start();
    assertThat(Integer.parseInt(du.inputReader().readLine().split("\\s", 2)[0])).isLessThan(200);
  }

  @Test
  void a_log_of_two_streams_that_the_task_removed_is_shortened_while_it_grows() throws Exception {
    TestTask task =
        task()
            .shell(
                "rm o; head -c 9000000 /dev/zero; : >written;"
                    + " while [ ! -e go ]; do sleep 0.02; done")
            .to("/o")
            .errorsTo("/o");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ComputeEnd> end = threads.submit(() -> runToEnd(task));
      try {
        Waiting.until(() -> Files.exists(root(task).resolve("written")));
        Waiting.until(() -> size(task) == TestHost.LOG_LIMIT);
      } finally {
        Files.createFile(root(task).resolve("go"));
      }
      runtime.collect(task, end.get());
      runtime.clean(task.handle());
    }
  }

  private long size(TestTask task) throws IOException {
    Path log = log(task, 0, Stream.STDOUT);
    return Files.exists(log) ? Files.size(log) : 0;
  }

  @Test
  void a_log_that_cannot_be_cut_is_told_of() throws Exception {
    TestTask task = task().shell("head -c 4000000 /dev/zero").to("/o").output("/o", "mem:o");
    ComputeEnd end = runToEnd(task);
    Path log = log(task, 0, Stream.STDOUT);
    Files.createDirectories(log.resolveSibling(log.getFileName() + ".part").resolve("in/the/way"));

    assertThat(runtime.collect(task, end).notes())
        .anySatisfy(note ->
            assertThat(note).startsWith("executor 0: of its stdout the log could not be cut"));
    runtime.clean(task.handle());
  }

  @Test
  void an_end_is_vouched_for_once_what_the_attempt_left_is_on_the_disk() throws Exception {
    TestTask leaves = task().shell("echo 1 > o").output("/o", "mem:o");
    TestTask streams = task().shell("echo 1").to("/o");
    TestTask says = task().shell("echo 1");
    TestTask nothing = task().shell("true");

    for (TestTask task : List.of(leaves, streams, says)) {
      assertThat(syncsOf(task, "true"))
          .containsExactly(
              "-f " + attempt(task).folder() + " after end ran unsafe",
              "-d " + attempt(task).journalFile() + " after safe");
      runtime.clean(task.handle());
    }
    assertThat(syncsOf(nothing, "true")).isEmpty();
    runtime.clean(nothing.handle());
  }

  @Test
  void an_end_is_not_vouched_for_where_the_disk_refuses() throws Exception {
    TestTask task = task().shell("echo 1");

    assertThat(syncsOf(task, "false")).hasSize(1);
    assertThat(attempt(task).journal().end()).isEqualTo(Journal.End.UNSAFE);
    runtime.clean(task.handle());
  }

  /** Runs it and tells how its supervisor called {@code sync}, and what it had noted before. */
  private List<String> syncsOf(TestTask task, String outcome) throws Exception {
    runtime.prepare(task);
    AttemptFolder attempt = attempt(task);
    Path calls = attempt.folder().resolve("calls");
    replaceSync(
        attempt,
        "while read -r line; do last=$line; done <'%s'; echo \"$* after $last\" >>'%s'; %s"
            .formatted(attempt.journalFile(), calls, outcome));
    runtime.start(task);
    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Ran());
    awaitEndOfSupervisor(task);
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  /** Whoever awaits a task may be told of its end while its supervisor still vouches for it. */
  private void awaitEndOfSupervisor(TestTask task) throws Exception {
    Journal.Begun.By by = supervisor(task);
    Waiting.until(() -> !ProcessTree.isAlive(by.pid(), by.born()));
  }

  private static void replaceSync(AttemptFolder attempt, String line) throws IOException {
    String script = Files.readString(attempt.script());
    int second = script.indexOf('\n') + 1;
    Files.writeString(
        attempt.script(),
        script.substring(0, second) + "sync() { " + line + "; }\n" + script.substring(second));
  }

  @Test
  void nobody_waits_for_a_slow_disk_once_the_end_is_noted() throws Exception {
    TestTask task = task().shell("echo 1");
    runtime.prepare(task);
    AttemptFolder attempt = attempt(task);
    replaceSync(attempt, "sleep 600");
    runtime.start(task);
    Waiting.until(() -> attempt.journal().ended());

    assertThat(runtime.look(task)).as("it is no time-out").contains(new ComputeEnd.Ran());
    ComputeEnd end = runtime.await(task);

    assertThat(end).isEqualTo(new ComputeEnd.Ran());
    assertThat(runtime.collect(task, end).executors()).hasSize(1);
    runtime.clean(task.handle());
    Waiting.until(() ->
        ProcessHandle.allProcesses()
            .noneMatch(process ->
                process.info().commandLine().orElse("").contains(attempt.folder().toString())));
  }

  @Test
  void work_that_ended_before_a_reboot_is_kept_if_it_had_come_to_the_disk() throws Exception {
    TestTask task = task().shell("echo 1 > o").output("/o", "mem:o");
    runtime.collect(task, runToEnd(task));
    endedInAnotherBoot(task, "end ran unsafe\nsafe\n");

    ComputeEnd end = runtime.await(task);

    assertThat(end).isEqualTo(new ComputeEnd.Ran());
    assertThat(runtime.collect(task, end).outputs()).hasSize(1);
    runtime.clean(task.handle());
  }

  @Test
  void work_that_may_be_truncated_since_the_power_failed_is_lost() throws Exception {
    TestTask task = task().shell("echo 1 > o").output("/o", "mem:o");
    runToEnd(task);
    endedInAnotherBoot(task, "end ran unsafe\n");

    assertThat(runtime.await(task))
        .asInstanceOf(type(ComputeEnd.Lost.class))
        .satisfies(lost -> assertThat(lost.cause().code()).isEqualTo("machine-restarted"));
    runtime.clean(task.handle());
  }

  private void endedInAnotherBoot(TestTask task, String end) throws Exception {
    awaitEndOfSupervisor(task);
    Path journal = attempt(task).journalFile();
    String text = Files.readString(journal);
    assertThat(text).contains("\nend ran unsafe\n");
    Files.writeString(
        journal,
        text.substring(0, text.indexOf("end ran"))
                .replace(" " + ProcessTree.bootId() + " ", " another-boot ")
            + end);
    ofAnotherBoot(attempt(task));
  }

  private AttemptFolder attempt(TestTask task) {
    return host.area.attempt(runtime.offer().name(), task.handle().name());
  }

  @Test
  void without_a_journal_what_another_boot_prepared_may_have_started() throws Exception {
    TestTask task = task().shell("echo ran");
    runtime.prepare(task);
    ofAnotherBoot(host.area.attempt(runtime.offer().name(), task.handle().name()));

    for (int again = 0; again < 2; again++) {
      assertThat(runtime.await(task))
          .asInstanceOf(type(ComputeEnd.Lost.class))
          .satisfies(lost -> assertThat(lost.mayHaveStarted()).isTrue());
    }
    runtime.clean(task.handle());
  }

  private static void ofAnotherBoot(AttemptFolder attempt) throws IOException {
    String script = Files.readString(attempt.script());
    Files.writeString(attempt.script(), script.replaceFirst(" \\S+\n", " another-boot\n"));
  }

  @Test
  void a_killed_supervisor_takes_its_task_along() throws Exception {
    TestTask task = task().shell("sleep 4751 & sleep 4752");
    runtime.prepare(task);
    runtime.start(task);
    Waiting.until(() -> Processes.sleeping("475").size() == 2);
    ProcessHandle.of(supervisor(task).pid()).orElseThrow().destroyForcibly();

    assertThat(runtime.await(task))
        .asInstanceOf(type(ComputeEnd.Broken.class))
        .satisfies(broken -> assertThat(broken.cause().code()).isEqualTo("supervisor-failed"));
    Waiting.until(() -> Processes.sleeping("475").isEmpty());
    runtime.clean(task.handle());
  }

  @Test
  void another_server_finds_what_runs_and_brings_it_to_its_end() throws Exception {
    TestTask task =
        task()
            .shell("echo begun; while [ ! -e go ]; do sleep 0.02; done; echo done > out/x")
            .output("/out/x", "mem:x");
    runtime.prepare(task);
    runtime.start(task);
    Waiting.until(() -> Files.size(log(task, 0, Stream.STDOUT)) > 0);

    try (LocalRuntime next = open(host)) {
      assertThat(next.survivors()).extracting(Handle::name).containsExactly(task.handle().name());
      assertThat(next.look(task)).isEmpty();
      next.start(task);
      Files.createFile(root(task).resolve("go"));
      ComputeEnd end = next.await(task);
      assertThat(end).isEqualTo(new ComputeEnd.Ran());
      assertThat(next.look(task)).contains(end);
      assertThat(only(next.collect(task, end)).usage().measuredBy()).isEqualTo(measuredBy());
      assertThat(host.transfer.files).containsEntry("mem:x", "done\n");
      next.clean(task.handle());
    }
  }

  // --- places ---

  @Test
  void cleans_whatever_a_task_leaves() throws Exception {
    TestTask task =
        task()
            .shell(
                """
                mkdir -p locked/in; touch locked/in/f; chmod 000 locked/in locked
                ln -s / all; ln -s . self; mkfifo pipe; touch -- -rf "new
                line"
                i=0; while [ $i -lt 60 ]; do mkdir -p d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d; cd d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d; i=$((i+1)); done
                touch deepest
                """);

    assertThat(only(run(task)).exitCode()).isZero();
    assertThat(runtime.survivors()).isEmpty();
    assertThat(root(task)).doesNotExist();
  }

  @Test
  void a_folder_that_cannot_be_removed_keeps_no_slot() throws Exception {
    Assumptions.assumeTrue(TaskUser.serverUid() == 0, "only root can mount");
    TestTask task = task().volume("/busy").runs("true");
    runtime.collect(task, runToEnd(task));
    Path busy = root(task).resolve("busy");
    mount("--bind", busy.toString(), busy.toString());
    Path still = attempt(task).nameless().resolve("root/busy");
    try {
      runtime.clean(task.handle());

      assertThat(still).exists();
      assertThat(runtime.survivors()).hasSize(1);
      try (LocalRuntime next = open(host)) {
        assertThat(freeSlots(next)).isEqualTo(host.settings.slots());
      }
      assertThat(freeSlots(runtime)).isEqualTo(host.settings.slots());
    } finally {
      new ProcessBuilder("umount", still.toString()).inheritIO().start().waitFor();
      runtime.clean(task.handle());
    }
  }

  @Test
  void what_an_interrupted_removal_left_is_swept_and_nothing_is_made_anew() throws Exception {
    TestTask task = task().runs("true");
    runtime.collect(task, runToEnd(task));
    Files.move(attempt(task).folder(), attempt(task).nameless());
    assertThat(runtime.survivors()).hasSize(1);

    runtime.cancel(task.handle());
    assertThat(attempt(task).folder()).doesNotExist();
    runtime.clean(task.handle());

    assertThat(runtime.survivors()).isEmpty();
  }

  private static void mount(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("mount"));
    command.addAll(List.of(arguments));
    Assumptions.assumeTrue(
        new ProcessBuilder(command).inheritIO().start().waitFor() == 0, "mounts are not allowed");
  }

  private static int freeSlots(LocalRuntime of) {
    return of.slots().free();
  }

  @Test
  void as_many_run_at_once_as_there_are_slots_and_the_rest_follow() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> runs = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String text = "task " + i;
        runs.add(() -> only(run(task().shell("sleep 0.05; echo " + text))).stdout());
      }
      List<String> seen = new ArrayList<>();
      for (Future<String> each : threads.invokeAll(runs)) {
        seen.add(each.get());
      }
      assertThat(seen).hasSize(12).doesNotHaveDuplicates();
    }
  }

  // --- words of these tests ---

  @Override
  protected TestTask task() {
    return new TestTask(runtime.offer().name());
  }

  @Override
  protected TaskRuntime runtime() {
    return runtime;
  }

  @Override
  protected MemoryTransfer transfer() {
    return host.transfer;
  }

  @Override
  protected LogFolder logs() {
    return host.area.logs();
  }

  @Override
  protected String sleep() {
    return "4731";
  }

  @Override
  protected boolean limits() {
    return measuredBy().startsWith("cgroup");
  }

  ComputeEnd runToEnd(TestTask task) throws AttemptFailed, InterruptedException {
    assertThat(runtime.offer().unavailable().map(Cause::toString)).isEmpty();
    runtime.prepare(task);
    runtime.start(task);
    return runtime.await(task);
  }

  @Override
  protected Path root(TestTask task) {
    return attempt(task).root();
  }

  Journal.Begun.By supervisor(TestTask task) {
    return (Journal.Begun.By) attempt(task).journal().begun();
  }
}
