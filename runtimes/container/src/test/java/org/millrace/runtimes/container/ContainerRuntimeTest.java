package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
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
import org.millrace.testkit.runtime.TestEngine;
import org.millrace.testkit.runtime.TestTask;
import org.millrace.testkit.runtime.Waiting;

/** What the container runtime promises ({@code contracts/tes.md 7}), on a real engine. */
@Timeout(120)
class ContainerRuntimeTest extends TaskRuntimeContract {
  /** Under -Pfull. */
  private static final boolean ALL = Integer.getInteger("millrace.kills", 1) >= 20;

  @TempDir Path temp;
  TestEngine engine;
  TestSite site;
  ContainerRuntime runtime;

  @BeforeEach
  void opens() throws Exception {
    engine = TestEngine.shared();
    site = new TestSite(temp, engine.host());
    runtime = site.open();
  }

  @AfterEach
  void leaves_nothing_behind() throws Exception {
    List<Handle> left = runtime.survivors().toList();
    for (Handle handle : left) {
      runtime.cancel(handle);
      runtime.clean(handle); // what a test that failed left running
    }
    runtime.close();
    assertThat(left).isEmpty();
    assertThat(engine.docker("ps", "-aq", "--filter", "label=" + Labels.INSTALLATION)).isEmpty();
    assertThat(engine.docker("volume", "ls", "-q")).isEmpty();
    assertThat(groups()).isEmpty();
    FolderRemoval.remove(site.work);
  }

  /** Control groups of this installation. */
  private List<Path> groups() throws IOException {
    Path memory = Path.of("/sys/fs/cgroup/memory");
    String ours = "millrace-" + ContainerRuntime.installation(site.settings());
    return Files.exists(memory.resolve(ours)) ? List.of(memory.resolve(ours)) : List.of();
  }

  // --- what executors get ---

  @Test
  void runs_a_command_in_its_image_and_collects_its_streams() throws Exception {
    Collected collected = run(task().shell("echo out; echo err >&2"));

    assertThat(only(collected).exitCode()).isZero();
    assertThat(only(collected).stdout()).isEqualTo("out\n");
    assertThat(only(collected).stderr()).isEqualTo("err\n");
    assertThat(only(collected).signal()).isEmpty();
    assertThat(collected.image())
        .hasValueSatisfying(image -> assertThat(image).matches("busybox = sha256:[0-9a-f]{64}"));
  }

  @Test
  void relative_programs_and_files_start_where_the_executor_does() throws Exception {
    assertThat(only(run(task().shell("pwd").in("/work/deep/here"))).stdout())
        .isEqualTo("/work/deep/here\n");
    assertThat(only(run(task().runs("./pwd").in("/bin"))).stdout()).isEqualTo("/bin\n");
    assertThat(only(run(task().runs("cat", "./proc/self/comm"))).stdout()).isEqualTo("cat\n");
    assertThat(only(run(task().runs("cat", "./self/comm").in("/proc"))).stdout())
        .isEqualTo("cat\n");
  }

  @Test
  void streams_are_exact_to_the_byte() throws Exception {
    TestTask task =
        task()
            .shell("printf 'a\\0\\377\\r\\n\\n\\nfoo'; head -c 40000 /dev/zero; printf '\\n\\nend'")
            .to("/out/s")
            .shell("printf '\\303\\n' | cat - /out/s | md5sum")
            .output("/out/s", "mem:s");
    Collected collected = run(task);

    String expected = "a\0\uFFFD\r\n\n\nfoo" + "\0".repeat(40000) + "\n\nend";
    assertThat(site.transfer.files).containsEntry("mem:s", expected);
    assertThat(collected.executors()).hasSize(2);
    assertThat(collected.executors().getLast().stdout())
        .isEqualTo(md5("c30a6100ff0d0a0a0a666f6f", 40000, "0a0a656e64") + "  -\n");
  }

  private static String md5(String start, int zeros, String end) throws Exception {
    var digest = MessageDigest.getInstance("MD5");
    var hex = HexFormat.of();
    digest.update(hex.parseHex(start));
    digest.update(new byte[zeros]);
    return hex.formatHex(digest.digest(hex.parseHex(end)));
  }

  @Test
  void one_word_with_a_blank_is_one_program() throws Exception {
    assertThat(only(run(task().runs("sleep 20"))).exitCode()).isEqualTo(127);
  }

  @Test
  void gives_the_tasks_own_values_unexpanded() throws Exception {
    ExecutorResult result =
        only(
            run(
                task()
                    .shell("printf '%s|' \"$A\" \"$B\"")
                    .with("A", "$HOME `x`\n'")
                    .with("B", "")));

    assertThat(result.stdout()).isEqualTo("$HOME `x`\n'||");
  }

  @Test
  void an_empty_command_runs_what_the_image_says() throws Exception {
    engine.changed("talks:1", "CMD [\"echo\",\"by itself\"]");

    assertThat(only(run(task().runs().image("talks:1"))).stdout()).isEqualTo("by itself\n");
  }

  @Test
  void refuses_what_no_container_can_be_given() {
    assertUnplaceable(task().runs("echo", "a\0b"), "command-unrunnable");
    assertUnplaceable(task().runs("true").with("A=B", "c"), "command-unrunnable");
    assertUnplaceable(task().runs("true").volume("/"), "volume-is-root");
    assertUnplaceable(task().runs("true").image("no image\n"), "image-bad-name");
  }

  private void assertUnplaceable(TestTask task, String code) {
    assertThatThrownBy(() -> runtime.prepare(task))
        .asInstanceOf(type(AttemptFailed.class))
        .extracting(AttemptFailed::outcome)
        .asInstanceOf(type(Outcome.Unplaceable.class))
        .satisfies(outcome -> {
          assertThat(outcome.cause().code()).isEqualTo(code);
          assertThat(outcome.cause().byCaller()).isTrue();
        });
  }

  // --- streams ---

  @Test
  void reads_stdin_from_its_path_up_to_its_end() throws Exception {
    assertThat(only(run(task().input("/d/in", "one\ntwo").runs("wc", "-c").from("/d/in"))).stdout())
        .isEqualTo("7\n");
    assertThat(only(run(task().runs("cat"))).stdout()).isEmpty();
    assertThat(only(run(task().runs("cat").from("/etc/passwd"))).stdout()).startsWith("root:x:0:0");
  }

  @Test
  void a_large_stdin_arrives_whole_and_one_that_nobody_reads_does_no_harm() throws Exception {
    TestTask task =
        task()
            .volume("/v")
            .shell("head -c 9000000 /dev/zero")
            .to("/v/large")
            .runs("md5sum")
            .from("/v/large")
            .runs("head", "-c", "1")
            .from("/v/large");
    Collected collected = run(task);

    assertThat(collected.executors()).extracting(ExecutorResult::exitCode).containsExactly(0, 0, 0);
    assertThat(collected.executors().get(1).stdout()).isEqualTo(md5("", 9_000_000, "") + "  -\n");
  }

  @Test
  void a_log_stays_what_it_was_whatever_later_executors_do_to_the_file() throws Exception {
    TestTask task = task().shell("echo first").to("/o/x").shell("echo more >> /o/x");
    run(task);

    assertThat(Files.readString(log(task, 0, Stream.STDOUT))).isEqualTo("first\n");
  }

  @Test
  void a_large_stream_needs_no_memory() throws Exception {
    long size = ALL ? 1L << 30 : 128L << 20;
    TestTask task = task().shell("head -c " + size + " /dev/zero | tr '\\0' 'x'");
    runtime.prepare(task);
    long before = usedMemory();
    runtime.start(task);
    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Ran());
    long after = usedMemory();
    Collected collected = runtime.collect(task, new ComputeEnd.Ran());
    runtime.clean(task.handle());

    assertThat(Files.size(log(task, 0, Stream.STDOUT))).isEqualTo(size);
    assertThat(only(collected).stdout()).hasSize(10 * 1024);
    assertThat(after - before).isLessThan(64L << 20);
    Files.delete(log(task, 0, Stream.STDOUT));
  }

  @Test
  void of_a_stream_without_end_the_log_keeps_the_first_part_and_says_so() throws Exception {
    runtime.close();
    runtime = site.keeping(1 << 20).open();
    long size = ALL ? 1L << 30 : 200L << 20;
    TestTask task = task().shell("head -c " + size + " /dev/zero | tr '\\0' 'x'; echo end >&2");
    runtime.prepare(task);
    runtime.start(task);
    Collected collected = finish(task);

    assertThat(Files.size(log(task, 0, Stream.STDOUT))).isEqualTo(1 << 20);
    assertThat(only(collected).exitCode()).isZero();
    assertThat(only(collected).stderr()).isEqualTo("end\n");
    assertThat(collected.notes())
        .containsExactly(
            "executor 0: of its stdout the log keeps the first 1048576 bytes; the rest was cut");
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  // --- files ---

  @Test
  void brings_inputs_in_and_outputs_out_wherever_they_nest() throws Exception {
    site.transfer.files.put("mem:in/a", "A");
    site.transfer.files.put("mem:in/b/c", "C");
    TestTask task =
        task()
            .volume("/data")
            .input("/data/one", "1")
            .fetchFolder("mem:in", "/data/folder")
            .fetchFolder("mem:in", "/else/folder")
            .input("/else/folder/b/more", "M")
            .input("/single/file", "S")
            .shell(
                "cat /data/one /data/folder/a /data/folder/b/c /else/folder/b/more /single/file"
                    + " > /data/out/all && mkdir /results/deep && echo r > /results/deep/r")
            .output("/data/out/all", "mem:all")
            .outputFolder("/results", "mem:results")
            .outputFolder("/data/out", "mem:out");
    Collected collected = run(task);

    assertThat(only(collected).stderr()).isEmpty();
    assertThat(site.transfer.files)
        .containsEntry("mem:all", "1ACMS")
        .containsEntry("mem:results/deep/r", "r\n")
        .containsEntry("mem:out/all", "1ACMS");
    assertThat(collected.outputs())
        .hasSize(3)
        .allSatisfy(it -> assertThat(it.sha256()).isPresent());
    assertThat(task.staged).hasSize(7);
  }

  @Test
  void files_of_the_image_are_not_hidden_and_outputs_among_them_arrive() throws Exception {
    TestTask task =
        task()
            .input("/opt/kept/input", "brought\n")
            .input("/srv/deep/input", "too\n")
            .shell(
                "cat /opt/kept/own /opt/kept/input /srv/own /srv/deep/input; echo one >"
                    + " /opt/kept/result; echo two > /opt/kept/deep/two; echo r > /result")
            .image(TestEngine.FURNISHED)
            .shell(
                "cat /opt/kept/own /opt/kept/result /opt/kept/deep/own /opt/kept/deep/two /result;"
                    + " echo three >> /opt/kept/result; chmod +x /opt/kept/result")
            .image(TestEngine.FURNISHED)
            .output("/opt/kept/result", "mem:result")
            .output("/result", "mem:root")
            .outputFolder("/opt/kept/deep", "mem:deep");
    Collected collected = run(task);

    assertThat(collected.executors()).extracting(ExecutorResult::stderr).containsOnly("");
    assertThat(collected.executors().getFirst().stdout())
        .isEqualTo("of the image\nbrought\nserved\ntoo\n");
    assertThat(collected.executors().getLast().stdout())
        .isEqualTo("of the image\none\ndeep in the image\ntwo\nr\n");
    assertThat(site.transfer.files)
        .containsEntry("mem:result", "one\nthree\n")
        .containsEntry("mem:root", "r\n")
        .containsEntry("mem:deep/two", "two\n")
        .doesNotContainKey("mem:deep/own"); // of the image, and unchanged
  }

  @Test
  void what_one_image_has_and_another_lacks_is_the_same_file_in_both() throws Exception {
    TestTask task =
        task()
            .shell("mkdir -p /opt/kept; echo bound > /opt/kept/out; echo s")
            .to("/opt/kept/log")
            .shell("cat /opt/kept/own /opt/kept/out /opt/kept/log; echo carried >> /opt/kept/out")
            .image(TestEngine.FURNISHED)
            .shell("cat /opt/kept/out; ls /opt/kept")
            .output("/opt/kept/out", "mem:out");
    Collected collected = run(task);

    assertThat(collected.executors().get(1).stdout()).isEqualTo("of the image\nbound\ns\n");
    assertThat(collected.executors().get(2).stdout()).isEqualTo("bound\ncarried\nlog\nout\n");
    assertThat(site.transfer.files).containsEntry("mem:out", "bound\ncarried\n");
  }

  @Test
  void a_folder_reached_by_a_link_of_the_image_is_not_hidden() throws Exception {
    Collected collected =
        run(
            task()
                .shell("cat /linked/own; echo x > /linked/out")
                .image(TestEngine.FURNISHED)
                .output("/linked/out", "mem:out"));

    assertThat(only(collected).stdout()).isEqualTo("of the image\n");
    assertThat(site.transfer.files).containsEntry("mem:out", "x\n");
  }

  @Test
  void a_volume_is_empty_even_where_the_image_has_files() throws Exception {
    assertThat(
            only(run(
                    task()
                        .volume("/opt/kept")
                        .shell("ls -A /opt/kept")
                        .image(TestEngine.FURNISHED)))
                .stdout())
        .isEmpty();
  }

  @Test
  void volumes_that_the_image_declares_hide_nothing_of_the_task() throws Exception {
    engine.changed("voluminous:1", "VOLUME /data/inner", "VOLUME /elsewhere");
    TestTask task =
        task()
            .volume("/data")
            .input("/data/inner/in", "seen\n")
            .shell("cat /data/inner/in; echo o > /data/inner/out; echo e > /elsewhere/e")
            .image("voluminous:1")
            .output("/data/inner/out", "mem:out");

    assertThat(only(run(task)).stdout()).isEqualTo("seen\n");
    assertThat(site.transfer.files).containsEntry("mem:out", "o\n");
  }

  @Test
  void the_images_own_user_may_write_where_the_task_declared() throws Exception {
    engine.changed("weak:1", "USER weak");
    TestTask task =
        task()
            .volume("/v")
            .input("/in/x", "readable")
            .shell("id -u; cat /in/x; touch /v/a /in/b /out/c && echo ok > /out/d")
            .image("weak:1")
            .in("/work")
            .shell("cat /out/d; echo more >> /out/d")
            .output("/out/d", "mem:d");
    Collected collected = run(task);

    assertThat(collected.executors()).extracting(ExecutorResult::stderr).containsOnly("");
    assertThat(collected.executors().getFirst().stdout()).isEqualTo("1000\nreadable");
    assertThat(site.transfer.files).containsEntry("mem:d", "ok\nmore\n");
  }

  @Test
  void links_out_of_the_tasks_tree_lead_nowhere() throws Exception {
    Path secret = Files.writeString(temp.resolve("secret"), "of the host");
    TestTask task =
        task()
            .volume("/v")
            .shell(
                "ln -s "
                    + secret
                    + " /v/out; ln -s / /v/root; mkfifo /v/pipe; ln -s own /opt/kept/l;"
                    + "ln -s "
                    + secret
                    + " /opt/kept/out; ln -s /v/real /v/good; echo g > /v/real")
            .image(TestEngine.FURNISHED)
            .shell("echo next")
            .image(TestEngine.FURNISHED)
            .output("/v/out", "mem:1")
            .outputFolder("/v", "mem:v")
            .output("/opt/kept/out", "mem:2")
            .output("/opt/kept/l", "mem:3");
    runtime.prepare(task);
    runtime.start(task);
    Collected collected = finish(task);

    assertThat(site.transfer.files).doesNotContainKeys("mem:1", "mem:2", "mem:v/out");
    assertThat(site.transfer.files)
        .containsEntry("mem:v/good", "g\n")
        .containsEntry("mem:3", "of the image\n");
    assertThat(collected.outputProblem()).isPresent();
  }

  @Test
  void a_link_that_an_executor_left_is_never_what_is_bound_next() throws Exception {
    Path host = Files.createDirectory(temp.resolve("host"));
    TestTask task =
        task()
            .outputFolder("/opt", "mem:opt")
            .outputFolder("/opt/kept/deep", "mem:deep")
            .volume("/opt/empty")
            .shell("rm -rf /opt/empty 2>/dev/null; rm -rf /opt/kept; ln -s " + host + " /opt/kept")
            .shell(
                "echo leaked > /opt/empty/x; echo leaked > /opt/kept/x; echo leaked >"
                    + " /opt/kept/deep/x")
            .image(TestEngine.FURNISHED);
    runtime.prepare(task);
    runtime.start(task);
    finish(task);

    try (var entries = Files.list(host)) {
      assertThat(entries).isEmpty();
    }
  }

  @Test
  void odd_names_of_paths_are_names_like_others() throws Exception {
    String name = "/odd \"' $x/ünï\ncödé;漢字,src=x";
    TestTask task =
        task()
            .input(name + "/in", "odd")
            .shell("cp \"$1/in\" \"$1/out\"; echo e > \"$2\"")
            .output(name + "/out", "mem:out")
            .output("/opt/kept/" + name.substring(1).replace("/", ""), "mem:carried");
    TestTask named =
        withArguments(task, name, "/opt/kept/" + name.substring(1).replace("/", ""))
            .image(TestEngine.FURNISHED);
    Collected collected = run(named);

    assertThat(only(collected).stderr()).isEmpty();
    assertThat(site.transfer.files)
        .containsEntry("mem:out", "odd")
        .containsEntry("mem:carried", "e\n");
  }

  /** The same shell line as the last executor's, with arguments. */
  private static TestTask withArguments(TestTask task, String one, String two) {
    String line = task.work().executors().getLast().command().getLast();
    var same = new TestTask(ContainerRuntime.NAME, task.task());
    task.work().inputs().forEach(it -> same.input(it.path(), "odd"));
    task.work().outputs().forEach(it -> same.output(it.path(), it.url()));
    return same.runs("sh", "-c", line, "sh", one, two);
  }

  @Test
  void everything_can_be_copied_where_nothing_can_be_bound() throws Exception {
    runtime.close();
    runtime =
        site.open(
            site.settings(
                ContainerSettings.Pull.MISSING,
                ContainerSettings.RunAs.AUTO,
                ContainerSettings.Sharing.COPY,
                "none"));
    TestTask task =
        task()
            .volume("/v")
            .input("/d/in", "in\n")
            .shell("cat /d/in > /v/kept; echo gone > /v/gone; echo o > /out/x; chmod 700 /v/kept")
            .in("/w/d")
            .shell("cat /v/kept /v/gone; rm /v/gone; echo more >> /out/x")
            .shell("ls /v; cat /out/x")
            .outputFolder("/out", "mem:out")
            .output("/v/kept", "mem:kept");
    Collected collected = run(task);

    assertThat(collected.executors()).extracting(ExecutorResult::stderr).containsOnly("");
    assertThat(collected.executors().get(1).stdout()).isEqualTo("in\ngone\n");
    assertThat(collected.executors().get(2).stdout()).isEqualTo("kept\no\nmore\n");
    assertThat(site.transfer.files)
        .containsEntry("mem:out/x", "o\nmore\n")
        .containsEntry("mem:kept", "in\n");
  }

  @Test
  void executors_may_run_as_the_servers_user() throws Exception {
    runtime.close();
    engine.changed("weak:2", "USER weak");
    runtime =
        site.open(
            site.settings(
                ContainerSettings.Pull.NEVER,
                ContainerSettings.RunAs.SERVER,
                ContainerSettings.Sharing.BIND,
                "none"));

    assertThat(only(run(task().shell("id -u").image("weak:2"))).stdout()).isEqualTo("0\n");
  }

  @Test
  void nobody_else_on_the_host_comes_near_the_files() throws Exception {
    TestTask task = task().volume("/v").shell("sleep 0.1");
    runtime.prepare(task);

    assertThat(Files.getPosixFilePermissions(folder(task)).toString())
        .doesNotContain("GROUP", "OTHERS");
    runtime.start(task);
    finish(task);
  }

  // --- limits and use ---

  @Test
  void tells_when_an_executor_ran_and_what_it_used() throws Exception {
    Instant before = Instant.now().minusMillis(20);
    Collected collected =
        run(
            task()
                .shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
                .shell("head -c 30000000 /dev/zero | tail -c 30000000 | wc -c"));

    assertThat(collected.executors())
        .allSatisfy(result -> {
          assertThat(result.start()).isBetween(before, result.end());
          assertThat(result.end()).isBeforeOrEqualTo(Instant.now().plusMillis(20));
          assertThat(result.usage().measuredBy()).startsWith("cgroup-v");
          assertThat(result.usage().cpu().orElseThrow()).isPositive();
        });
    assertThat(collected.executors().getLast().usage().peakMemory().orElseThrow())
        .isGreaterThan(30_000_000L)
        .isGreaterThan(collected.executors().getFirst().usage().peakMemory().orElseThrow());
  }

  @Test
  void what_an_executor_left_running_ends_with_it() throws Exception {
    Collected collected =
        run(task().shell("setsid sleep 5711 >/dev/null 2>&1 & sleep 5712 & echo 1").shell("ps"));

    assertThat(collected.executors()).hasSize(2);
    assertThat(collected.executors().getLast().stdout()).doesNotContain("sleep");
    assertThat(Processes.sleeping("571")).isEmpty();
  }

  @Test
  void containers_are_labelled_and_bound_to_no_privilege() throws Exception {
    TestTask task = task().volume("/v").shell("while [ ! -e /v/go ]; do sleep 0.05; done");
    runtime.prepare(task);
    runtime.start(task);
    String name = "millrace-" + task.handle().name() + "-0";

    assertThat(engine.docker("inspect", "-f", "{{json .Config.Labels}}", name))
        .contains("\"org.millrace.task\":\"" + task.task().text() + "\"")
        .contains("\"org.millrace.attempt-number\":\"1\"")
        .contains("\"org.millrace.executor\":\"0\"")
        .contains("\"org.millrace.installation\"");
    assertThat(
            engine.docker(
                "inspect",
                "-f",
                "{{.HostConfig.Privileged}} {{.HostConfig.SecurityOpt}} {{.HostConfig.NetworkMode}}"
                    + " {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}"
                    + " {{.HostConfig.Init}}",
                name))
        .isEqualTo("false [no-new-privileges] none " + (512L << 20) + " 2000000000 256 true");
    Files.createFile(root(task).resolve("v/go"));
    finish(task);
  }

  // --- stopping ---

  @Test
  void cancel_ends_everything_within_a_second_and_nothing_starts_after() throws Exception {
    TestTask task =
        task()
            .shell("trap '' TERM HUP INT; (trap '' TERM; sleep 5721) & echo ready; sleep 5722")
            .shell("echo never");
    runtime.prepare(task);
    runtime.start(task);
    Waiting.until(() -> Files.size(log(task, 0, Stream.STDOUT)) > 0);

    long begun = System.nanoTime();
    runtime.cancel(task.handle());
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    List<String> left = Processes.sleeping("572");
    runtime.cancel(task.handle());

    assertThat(left).isEmpty();
    assertThat(took).isLessThan(Duration.ofSeconds(5)); // 1 s on an idle machine
    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Stopped(false));
    Collected collected = runtime.collect(task, new ComputeEnd.Stopped(true));
    assertThat(only(collected).exitCode()).isEqualTo(137);
    assertThat(only(collected).stdout()).isEqualTo("ready\n");
    assertThat(containersOf(task)).isEmpty();
    runtime.clean(task.handle());
  }

  @Test
  void cancel_in_the_moment_of_the_start_leaves_nothing_running() throws Exception {
    for (int i = 0; i < 8; i++) {
      TestTask task = task().shell("sleep 5731");
      runtime.prepare(task);
      Thread starting = Thread.ofVirtual().start(() -> startQuietly(task));
      LockSupport.parkNanos(i * 25_000_000L);
      starting.interrupt();
      starting.join();
      runtime.cancel(task.handle());

      assertThat(Processes.sleeping("5731")).as("after %s ms", i * 25).isEmpty();
      assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Stopped(false));
      runtime.collect(task, new ComputeEnd.Stopped(false));
      runtime.clean(task.handle());
      assertThat(containersOf(task)).isEmpty();
    }
  }

  private void startQuietly(TestTask task) {
    try {
      runtime.start(task);
    } catch (AttemptFailed failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  // --- steps repeated, servers gone ---

  @Test
  void repeated_steps_change_nothing() throws Exception {
    TestTask task =
        task()
            .volume("/count")
            .shell("mktemp /count/XXXXXX; sleep 0.2")
            .outputFolder("/count", "mem:c");
    runtime.prepare(task);
    List<StoredFile> staged = List.copyOf(task.staged);
    runtime.start(task);
    runtime.start(task);
    runtime.prepare(task);
    runtime.start(task);

    assertThat(task.staged).isEqualTo(staged);
    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Ran());
    runtime.start(task);
    assertThat(runtime.await(task)).isEqualTo(new ComputeEnd.Ran());
    assertThat(runtime.look(task)).contains(new ComputeEnd.Ran());
    Collected collected = runtime.collect(task, new ComputeEnd.Ran());
    assertThat(collected.outputs()).hasSize(1);
    assertThat(runtime.collect(task, new ComputeEnd.Ran()).executors())
        .isEqualTo(collected.executors());
    runtime.clean(task.handle());
  }

  @Test
  void what_was_left_half_prepared_or_half_made_is_made_anew() throws Exception {
    TestTask task = task().volume("/v").input("/v/a", "whole").shell("cat /v/a; ls /v");
    runtime.prepare(task);
    Files.delete(folder(task).resolve("prepared"));
    Files.writeString(root(task).resolve("v/a"), "ha");
    Files.writeString(root(task).resolve("v/rest"), "");
    runtime.prepare(task);
    new AttemptPlace(folder(task)).markMade(0);
    engine.docker(
        "create", "--name", "millrace-" + task.handle().name() + "-0", "busybox", "false");

    Collected collected = run(task);

    assertThat(only(collected).stdout()).isEqualTo("wholea\n");
  }

  @Test
  void a_container_that_somebody_removed_is_lost() throws Exception {
    TestTask task = task().shell("sleep 5751").shell("echo never");
    runtime.prepare(task);
    runtime.start(task);
    engine.docker("rm", "-f", "millrace-" + task.handle().name() + "-0");

    assertThat(runtime.await(task))
        .asInstanceOf(type(ComputeEnd.Lost.class))
        .satisfies(lost -> assertThat(lost.cause().code()).isEqualTo("container-gone"));
    assertThat(runtime.collect(task, runtime.await(task)).executors()).isEmpty();
    runtime.clean(task.handle());
  }

  @Test
  void bytes_that_are_no_text_are_never_silently_wrong_after_a_restart() throws Exception {
    for (boolean declared : List.of(true, false)) {
      TestTask task =
          task()
              .volume("/v")
              .shell("printf 'a\\377b\\n'; while [ ! -e /v/go ]; do sleep 0.05; done; echo rest");
      if (declared) {
        task.to("/v/out");
      }
      runtime.prepare(task);
      runtime.start(task);
      Waiting.until(() -> Files.size(log(task, 0, Stream.STDOUT)) == 4);
      runtime.close(); // and so its streams
      runtime = site.open();
      Files.createFile(root(task).resolve("v/go"));

      ComputeEnd end = runtime.await(task);
      Collected collected = runtime.collect(task, end);
      if (declared) {
        assertThat(end)
            .asInstanceOf(type(ComputeEnd.Lost.class))
            .satisfies(lost -> assertThat(lost.cause().code()).isEqualTo("stream-cut"));
      } else {
        assertThat(end).isEqualTo(new ComputeEnd.Ran());
        assertThat(only(collected).stdout()).isEqualTo("a\uFFFDb\nrest\n");
        assertThat(collected.notes()).anyMatch(note -> note.contains("no text"));
      }
      runtime.clean(task.handle());
    }
  }

  @Test
  void an_image_for_another_platform_is_named_and_not_the_executors_fault() throws Exception {
    engine.foreign("foreign:1");
    TestTask task = task().runs("/bin/bad").image("foreign:1");
    runtime.prepare(task);
    runtime.start(task);

    ComputeEnd end = runtime.await(task);
    assertThat(end)
        .asInstanceOf(type(ComputeEnd.Broken.class))
        .satisfies(broken -> {
          assertThat(broken.cause().code()).isEqualTo("image-wrong-platform");
          assertThat(broken.cause().byCaller()).isTrue();
          assertThat(broken.cause().message()).contains("foreign:1").contains("linux/s390x");
        });
    runtime.collect(task, end);
    runtime.clean(task.handle());
  }

  @Test
  void a_stream_that_cannot_be_written_where_it_should_ends_the_attempt_with_that_reason()
      throws Exception {
    TestTask task = task().volume("/v").shell("mkdir /v/taken; echo out").to("/v/taken");
    runtime.prepare(task);
    runtime.start(task);

    assertThat(runtime.await(task))
        .asInstanceOf(type(ComputeEnd.Broken.class))
        .satisfies(broken -> assertThat(broken.cause().code()).isEqualTo("not-ready"));
    runtime.cancel(task.handle());
    runtime.clean(task.handle());
  }

  @Test
  void a_container_that_somebody_stopped_is_lost_and_not_the_tasks_fault() throws Exception {
    TestTask task = task().shell("sleep 5781");
    runtime.prepare(task);
    runtime.start(task);
    engine.docker("kill", "millrace-" + task.handle().name() + "-0");

    ComputeEnd end = runtime.await(task);
    assertThat(end)
        .asInstanceOf(type(ComputeEnd.Lost.class))
        .satisfies(lost -> assertThat(lost.cause().code()).isEqualTo("container-stopped"));
    runtime.collect(task, end);
    runtime.clean(task.handle());
  }

  @Test
  void containers_of_others_are_not_ours() throws Exception {
    engine.docker(
        "run", "-d", "--name", "foreign", "--network", "none", "busybox", "sleep", "5761");
    engine.docker(
        "run",
        "-d",
        "--name",
        "other-installation",
        "--network",
        "none",
        "--label",
        Labels.INSTALLATION + "=another",
        "--label",
        Labels.ATTEMPT + "=x-1",
        "busybox",
        "sleep",
        "5762");
    try {
      assertThat(run(task().runs("true")).executors()).hasSize(1);
      assertThat(runtime.survivors()).isEmpty();
      assertThat(Processes.sleeping("576")).hasSize(2);
    } finally {
      engine.docker("rm", "-f", "foreign", "other-installation");
    }
  }

  @Test
  void containers_whose_folder_is_gone_are_found_and_removed() throws Exception {
    TestTask task = task().shell("sleep 5771");
    runtime.prepare(task);
    runtime.start(task);
    FolderRemoval.remove(folder(task));

    assertThat(runtime.survivors()).containsExactly(task.handle());
    runtime.cancel(task.handle());
    assertThat(Processes.sleeping("5771")).isEmpty();
    runtime.clean(task.handle());
    assertThat(containersOf(task)).isEmpty();
    assertThat(runtime.survivors()).isEmpty();
  }

  @Test
  void cleans_whatever_a_task_leaves() throws Exception {
    TestTask task =
        task()
            .volume("/v")
            .shell(
                """
                cd /v; mkdir -p locked/in; touch locked/in/f; chmod 000 locked/in locked
                ln -s / all; ln -s . self; mkfifo pipe; touch -- -rf "new
                line"; chown -R 4711:4711 .
                """);

    assertThat(only(run(task)).exitCode()).isZero();
    assertThat(Files.exists(folder(task), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void many_run_at_once() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String text = "task " + i;
        runs.add(() -> only(run(task().shell("echo " + text))).stdout());
      }
      List<String> seen = new ArrayList<>();
      for (Future<String> each : threads.invokeAll(runs)) {
        seen.add(each.get());
      }
      assertThat(seen).hasSize(8).doesNotHaveDuplicates();
    }
  }

  // --- words of these tests ---

  @Override
  protected TestTask task() {
    return new TestTask(ContainerRuntime.NAME);
  }

  @Override
  protected TaskRuntime runtime() {
    return runtime;
  }

  @Override
  protected MemoryTransfer transfer() {
    return site.transfer;
  }

  @Override
  protected LogFolder logs() {
    return site.logs();
  }

  @Override
  protected String sleep() {
    return "5741";
  }

  @Override
  protected boolean limits() {
    return true;
  }

  Path folder(TestTask task) {
    return site.work.resolve("attempts/container").resolve(task.handle().name());
  }

  @Override
  protected Path root(TestTask task) {
    return folder(task).resolve("root");
  }

  String containersOf(TestTask task) {
    return engine.docker(
        "ps", "-aq", "--filter", "label=" + Labels.ATTEMPT + "=" + task.handle().name());
  }
}
