package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.runtimes.local.SandboxSettings.Network;
import org.millrace.testkit.runtime.Processes;
import org.millrace.testkit.runtime.TestTask;
import org.millrace.testkit.runtime.Waiting;

final class SandboxRuntimeTest extends LocalRuntimeContract {
  @Override
  LocalRuntime open(TestHost testHost) throws IOException {
    return testHost.sandbox();
  }

  @Test
  void nothing_of_the_host_is_visible_but_its_programs() throws Exception {
    Path secret = Files.writeString(temp.resolve("database"), "secret");
    TestTask other =
        task().input("/private", "secret").shell("while [ ! -e go ]; do sleep 0.02; done");
    runtime.prepare(other);
    runtime.start(other);
    Waiting.until(() -> begun(other) > 0);
    List<Path> hidden =
        List.of(
            secret,
            temp,
            host.area.folder(),
            root(other),
            Path.of("/etc/shadow"),
            Path.of("/etc/ssh"),
            Path.of("/etc/machine-id"),
            Path.of("/root"),
            Path.of("/var"),
            Path.of("/run"),
            Path.of("/var/run/docker.sock"),
            Path.of("/run/docker.sock"),
            Path.of("/sys"),
            Path.of("/opt"),
            Path.of("/srv"),
            Path.of("/mnt"),
            Path.of("/boot"));
    var look = new StringBuilder();
    hidden.forEach(path ->
        look.append("[ -e ")
            .append(ShellText.word(path.toString()))
            .append(" ] && echo sees ")
            .append(path)
            .append('\n'));

    ExecutorResult result =
        only(
            run(
                task()
                    .shell(
                        look
                            + """
                            ls -A /tmp
                            cat /proc/[0-9]*/comm | grep -vx 'bwrap\\|cat\\|sh\\|grep'
                            id -u; id -g; id -G
                            grep '^Cap' /proc/self/status | grep -v 0000000000000000
                            grep NoNewPrivs /proc/self/status
                            """)));
    Files.createFile(root(other).resolve("go"));
    runtime.await(other);
    runtime.clean(other.handle());

    String uid = Integer.toString(TaskUser.serverUid() == 0 ? 65534 : TaskUser.serverUid());
    String gid = Integer.toString(TaskUser.serverUid() == 0 ? 65534 : TaskUser.serverGid());
    assertThat(result.stdout().lines().toList()).containsExactly(uid, gid, gid, "NoNewPrivs:\t1");
  }

  @Test
  void the_root_holds_the_hosts_programs_and_the_tasks_files_only() throws Exception {
    ExecutorResult result =
        only(
            run(
                task()
                    .volume("/vol")
                    .shell("ls -A /; touch /usr/x /etc/x /bin/x 2>/dev/null || echo readonly")));

    assertThat(result.stdout().lines())
        .contains("vol", "usr", "etc", "proc", "dev", "tmp", "readonly")
        .isSubsetOf(
            "vol",
            "usr",
            "etc",
            "proc",
            "dev",
            "tmp",
            "readonly",
            "bin",
            "sbin",
            "lib",
            "lib32",
            "lib64",
            "libx32");
  }

  @Test
  void other_processes_can_neither_be_seen_nor_signalled() throws Exception {
    long server = ProcessHandle.current().pid();
    ExecutorResult result =
        only(
            run(
                task()
                    .shell(
                        "kill -0 "
                            + server
                            + " 2>/dev/null && echo reached; ls -d /proc/[0-9]* | wc -l")));

    assertThat(result.stdout().strip()).matches("[1-9]");
  }

  @Test
  void who_only_names_the_tasks_root_is_not_killed() throws Exception {
    TestTask task = task().shell("sleep 4795");
    runtime.prepare(task);
    runtime.start(task);
    Waiting.until(() -> !Processes.sleeping("4795").isEmpty());
    Process looking =
        new ProcessBuilder("tail", "-f", "/dev/null", "--", root(task).toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      runtime.cancel(task.handle());

      assertThat(Processes.sleeping("4795")).isEmpty();
      assertThat(looking.isAlive()).isTrue();
    } finally {
      looking.destroyForcibly();
      runtime.clean(task.handle());
    }
  }

  @Test
  void no_sandbox_outlives_its_supervisor_even_while_no_server_looks() throws Exception {
    TestTask task = task().shell("sleep 4796 & sleep 4796");
    runtime.prepare(task);
    runtime.start(task);
    Waiting.until(() -> Processes.sleeping("4796").size() == 2);

    ProcessHandle.of(supervisor(task).pid()).orElseThrow().destroyForcibly();

    Waiting.until(() -> Processes.sleeping("4796").isEmpty());
    runtime.clean(task.handle());
  }

  @Test
  void a_disk_without_links_makes_the_sandbox_unavailable_and_stops_no_server() throws Exception {
    SandboxCommand command = SandboxRuntime.command(SandboxSettings.DEFAULT, host.area);
    var without =
        new SandboxCommand(
            command.programs(),
            command.dropping(),
            command.mounts(),
            temp.resolve("no/links"),
            command.hardening(),
            Network.NONE,
            command.uid());

    assertThat(SandboxRuntime.objection(without, host.area).map(Cause::code))
        .contains("sandbox-not-possible");
  }

  @Test
  void the_keyrings_of_the_server_cannot_be_reached() throws Exception {
    Assumptions.assumeTrue(HostPrograms.USUAL.find("perl").isPresent(), "perl is not installed");
    String calls =
        switch (System.getProperty("os.arch")) {
          case "amd64" -> "248, 249, 250, 0x400000fa";
          case "aarch64" -> "217, 218, 219";
          default -> "";
        };
    Assumptions.assumeFalse(calls.isEmpty(), "no filter on this machine");

    ExecutorResult result =
        only(
            run(
                task()
                    .runs(
                        "perl",
                        "-e",
                        "for my $call (%s) { print syscall($call, 0, -3, 0, 0), ' ', $!+0, \"\\n\" }"
                            .formatted(calls))));

    assertThat(result.exitCode()).isZero();
    assertThat(result.stdout().lines()).isNotEmpty().containsOnly("-1 38"); // ENOSYS
  }

  @Test
  void a_task_cannot_have_capabilities_in_a_namespace_of_its_own() throws Exception {
    ExecutorResult result =
        only(
            run(
                task()
                    .runs(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "grep",
                        "Cap",
                        "/proc/self/status")));

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.stdout()).isEmpty();
  }

  @Test
  void where_bubblewrap_cannot_take_user_namespaces_the_rest_is_taken_all_the_same() {
    var hard =
        new Hardening(
            List.of("--unshare-user", "--disable-userns", "--seccomp", "6"),
            Optional.of(Path.of("/filter")));

    assertThat(hard.withUserNamespaces())
        .isEqualTo(new Hardening(List.of("--seccomp", "6"), Optional.of(Path.of("/filter"))));
  }

  @Test
  void there_is_no_network_unless_configured() throws Exception {
    Assumptions.assumeTrue(HostPrograms.USUAL.find("bash").isPresent(), "bash is not installed");
    try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String[] connect = {"bash", "-c", "echo >/dev/tcp/127.0.0.1/" + server.getLocalPort()};

      assertThat(only(run(task().runs(connect))).exitCode()).isEqualTo(1);
      assertThat(only(run(task().shell("grep -c : /proc/net/dev"))).stdout()).isEqualTo("1\n");

      runtime.close();
      runtime = host.sandbox(new SandboxSettings(Network.HOST, List.of()));
      assertThat(only(run(task().runs(connect))).exitCode()).isZero();
      assertThat(only(run(task().shell("[ -e /etc/resolv.conf ]"))).exitCode()).isZero();
    }
  }

  @Test
  void relative_programs_and_files_work_from_any_folder() throws Exception {
    Collected collected =
        run(
            task()
                .runs("cat", "./proc/version")
                .runs("cat", "./version")
                .in("/proc")
                .runs("./pwd")
                .in("/bin")
                .runs("./data/script")
                .in("/"));

    assertThat(collected.executors())
        .extracting(ExecutorResult::exitCode)
        .containsExactly(0, 0, 0, 127);
    assertThat(collected.executors().get(2).stdout()).isIn("/bin\n", "/usr/bin\n");
  }

  @Test
  void a_workdir_that_cannot_be_made_is_the_executors_error() throws Exception {
    Collected collected = run(task().runs("pwd").in("/usr/no/such"));

    assertThat(only(collected).exitCode()).isEqualTo(126);
    assertThat(collected.whyFailed().map(Cause::message))
        .contains("executor 0: its workdir '/usr/no/such' does not exist");
  }

  @Test
  void whatever_is_written_anywhere_is_found() throws Exception {
    run(
        task()
            .shell(
                "echo 1 > /result.txt; echo 2 > /tmp/t; mkdir -p /a/b; echo 3 > /a/b/c; echo 4 >"
                    + " $HOME/h")
            .output("/result.txt", "mem:1")
            .output("/tmp/t", "mem:2")
            .outputFolder("/a", "mem:3")
            .output("/tmp/h", "mem:4"));

    assertThat(host.transfer.files).containsKeys("mem:1", "mem:2", "mem:3/b/c", "mem:4");
  }

  @Test
  void closed_are_the_paths_taken_from_the_host() {
    assertThat(runtime.offer().closedPaths()).contains("/usr", "/bin", "/etc", "/proc", "/dev");
  }

  @Test
  void extra_programs_of_the_host_can_be_shown() throws Exception {
    Path tools = Files.createDirectory(temp.resolve("tools"));
    Path tool = Files.writeString(tools.resolve("tool"), "#!/bin/sh\necho tooled\n");
    Files.setPosixFilePermissions(tool, OthersMay.ENTER_AND_LIST);
    Files.setPosixFilePermissions(tools, OthersMay.ENTER_AND_LIST);
    runtime.close();
    runtime = host.sandbox(new SandboxSettings(Network.NONE, List.of(tools)));

    assertThat(only(run(task().runs(tool.toString()))).stdout()).isEqualTo("tooled\n");
    assertThat(runtime.offer().closedPaths()).contains(tools.toString());
  }

  @Test
  void a_folder_of_the_server_that_tasks_would_see_is_refused() throws Exception {
    Path tools = Files.createDirectory(temp.resolve("tools"));
    Path data = Files.createDirectory(tools.resolve("data"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), data);
    var showing = new SandboxSettings(Network.NONE, List.of(tools));

    for (Path below : List.of(data, link, tools)) {
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> SandboxRuntime.refuseShown(showing, "data", below))
          .withMessageContaining("data: ")
          .withMessageContaining("sandbox.programs");
    }
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() ->
            SandboxRuntime.refuseShown(SandboxSettings.DEFAULT, "data", Path.of("/usr/share")));
    assertThatCode(() -> SandboxRuntime.refuseShown(showing, "data", temp))
        .doesNotThrowAnyException();
  }

  @Test
  void a_sandbox_that_cannot_be_made_is_not_the_tasks_fault() throws Exception {
    TestTask task = task().runs("true").runs("true");
    runtime.prepare(task);
    Path usr = Files.writeString(root(task).resolve("usr"), "in the way of a mount");

    runtime.start(task);
    ComputeEnd end = runtime.await(task);

    assertThat(usr).exists();
    assertThat(end).isInstanceOf(ComputeEnd.Broken.class);
    assertThat(((ComputeEnd.Broken) end).cause().code()).isEqualTo("isolation-failed");
    assertThat(runtime.collect(task, end).executors()).isEmpty();
    runtime.clean(task.handle());
  }

  @Test
  void says_what_is_missing_where_it_cannot_work() throws Exception {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    SandboxCommand command = SandboxRuntime.command(SandboxSettings.DEFAULT, host.area);
    var without =
        new SandboxCommand(
            new HostPrograms(List.of(empty)),
            command.dropping(),
            command.mounts(),
            command.links(),
            command.hardening(),
            Network.NONE,
            command.uid());
    Files.createSymbolicLink(
        empty.resolve("setsid"), HostPrograms.USUAL.find("setsid").orElseThrow());
    Files.createSymbolicLink(empty.resolve("sh"), HostPrograms.USUAL.find("sh").orElseThrow());
    Files.createSymbolicLink(
        empty.resolve("setpriv"), HostPrograms.USUAL.find("setpriv").orElseThrow());

    assertThat(SandboxRuntime.objection(without, host.area).map(Cause::toString))
        .hasValueSatisfying(why ->
            assertThat(why)
                .contains(
                    "the program bwrap is needed",
                    "apt-get install bubblewrap",
                    "runtimes.process: allow"));

    Path broken =
        Files.writeString(
            empty.resolve("bwrap"),
            "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n");
    Files.setPosixFilePermissions(broken, OthersMay.ENTER_AND_LIST);
    Files.setPosixFilePermissions(empty, OthersMay.ENTER_AND_LIST);

    assertThat(SandboxRuntime.objection(without, host.area).map(Cause::toString))
        .hasValueSatisfying(why ->
            assertThat(why)
                .contains("No permissions to create new namespace", "allow user namespaces"));
    assertThat(runtime.offer().unavailable()).isEmpty();
  }

  @Test
  void where_the_kernel_refuses_the_filter_of_calls_there_is_no_sandbox_and_it_is_said()
      throws Exception {
    Path fakes = Files.createDirectory(temp.resolve("fakes"));
    Files.setPosixFilePermissions(fakes, OthersMay.ENTER_AND_LIST);
    Path bwrap =
        Files.writeString(
            fakes.resolve("bwrap"),
            """
            #!/bin/sh
            case " $* " in
              *" --seccomp "*)
                echo 'bwrap: prctl(PR_SET_SECCOMP) reported EINVAL: Invalid argument' >&2
                exit 1 ;;
            esac
            exec %s "$@"
            """
                .formatted(HostPrograms.USUAL.find("bwrap").orElseThrow()));
    Files.setPosixFilePermissions(bwrap, OthersMay.ENTER_AND_LIST);
    for (String program : List.of("setsid", "sh", "setpriv")) {
      Files.createSymbolicLink(
          fakes.resolve(program), HostPrograms.USUAL.find(program).orElseThrow());
    }
    SandboxCommand command = SandboxRuntime.command(SandboxSettings.DEFAULT, host.area);
    Assumptions.assumeTrue(command.hardening().filter().isPresent(), "no filter on this machine");
    var refused =
        new SandboxCommand(
            new HostPrograms(List.of(fakes)),
            command.dropping(),
            command.mounts(),
            command.links(),
            command.hardening(),
            Network.NONE,
            command.uid());

    SandboxCommand chosen = SandboxRuntime.hardestThatWorks(refused, host.area);

    assertThat(chosen.hardening()).isEqualTo(refused.hardening());
    assertThat(SandboxRuntime.objection(chosen, host.area))
        .hasValueSatisfying(why -> {
          assertThat(why.code()).isEqualTo("sandbox-filter-refused");
          assertThat(why.message()).contains("EINVAL").contains("keyrings");
          assertThat(why.help()).contains("seccomp").contains("runtimes.process: allow");
        });
    assertThat(SandboxRuntime.objection(chosen.with(Hardening.NONE), host.area)).isEmpty();
  }

  private int begun(TestTask task) {
    return host.area.attempt(SandboxRuntime.NAME, task.handle().name()).begun();
  }
}
