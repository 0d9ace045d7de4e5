package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.staging.TaskFolder;
import org.millrace.runtimes.local.SandboxSettings.Network;

/**
 * A command under bubblewrap: namespaces of its own, no capability, an unprivileged user, and only
 * what {@link MountPlan} shows. Dies with its supervisor.
 *
 * @param dropping words that make a root server's child an ordinary user; none otherwise
 * @param links a folder with the links that every task's root has: one more name for a link is made
 *     sooner than a link
 * @param uid as whom its processes run
 */
record SandboxCommand(
    HostPrograms programs,
    List<String> dropping,
    MountPlan mounts,
    Path links,
    Hardening hardening,
    Network network,
    int uid)
    implements Isolation {
  static final String HOME = "/tmp";
  private static final Set<String> OURS = Set.of("bwrap", "setpriv");
  static final String HOST_NAME = "sandbox";
  private static final Map<String, String> ENVIRONMENT = environment();

  private static Map<String, String> environment() {
    var environment = new LinkedHashMap<String, String>();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("HOME", HOME);
    environment.put("TMPDIR", "/tmp");
    environment.put("LANG", "C.UTF-8");
    return environment;
  }

  /** The same, hardened otherwise. */
  SandboxCommand with(Hardening other) {
    return new SandboxCommand(programs, dropping, mounts, links, other, network, uid);
  }

  @Override
  public void lay(TaskFolder folder) throws IOException {
    folder.makeFolder("/tmp");
    for (String link : mounts.host().links().keySet()) {
      String name = link.substring(1);
      Files.createLink(folder.root().resolve(name), links.resolve(name));
    }
  }

  @Override
  public boolean isClosed(String path) {
    return mounts.isClosed(path);
  }

  /** The task's variables are hidden arguments: they may be secrets. */
  @Override
  public Invocation invocation(
      ExecutorSpec executor, StreamPlan streams, TaskFolder folder, boolean timed) {
    var words = new ArrayList<>(dropping);
    words.add(programs.path("bwrap"));
    words.addAll(mounts.arguments(folder.root()));
    words.add("--unshare-all");
    if (network == Network.HOST) {
      words.add("--share-net");
    }
    words.addAll(hardening.words());
    words.addAll(List.of("--hostname", HOST_NAME, "--cap-drop", "ALL"));
    words.addAll(List.of("--new-session", "--die-with-parent"));
    words.add("--clearenv");
    words.addAll(setting(ENVIRONMENT));
    boolean shell = streams.redirects() || timed;
    var variables = new TaskVariables(executor.env());
    List<String> hidden = setting(shell ? variables.forShell() : executor.env());
    if (!hidden.isEmpty()) {
      words.addAll(List.of("--args", "5"));
    }
    words.addAll(List.of("--chdir", executor.workdir().orElse("/")));
    words.addAll(List.of("--json-status-fd", "3", "--"));
    var inner =
        new InnerShell(
            streams,
            UnaryOperator.identity(),
            Optional.empty(),
            timed,
            variables.launcher("/usr/bin/env"),
            false,
            false);
    words.addAll(shell ? inner.words(executor.command()) : executor.command());
    return new Invocation(words, ended(hidden), hardening.filter(), true, shell);
  }

  /** As bubblewrap reads arguments: each ended by a NUL character. */
  private static String ended(List<String> arguments) {
    return arguments.isEmpty() ? "" : String.join("\0", arguments) + "\0";
  }

  private static List<String> setting(Map<String, String> environment) {
    var words = new ArrayList<String>();
    environment.forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
    return words;
  }

  /** bubblewrap notes an exit code only if the command ran; else its last words tell why not. */
  @Override
  public Ending ending(int code, String status, String told, String stderr, ExecutorSpec executor) {
    boolean ran = status.contains("\"exit-code\"");
    return ran || code > 128 ? Ending.exited(code) : Ending.notRun(code, stderr, executor);
  }

  /**
   * The init of the sandbox outlives {@code bwrap} itself by a moment if the command left something
   * running; once it is gone, the kernel has ended all that ran with it.
   */
  @Override
  public String settle() {
    return """
    settle() {
      init= line= turns=0
      read -r line <"$1"
      init=${line#*'"child-pid": '}
      init=${init%%[!0-9]*}
      [ -n "$init" ] || return 0
      while [ $turns -lt 100000 ] && read -r line <"/proc/$init/stat"; do
        case ${line##*) } in [ZX]*) return 0 ;; esac
        kill -9 "$init"
        turns=$((turns + 1))
      done
    } 2>/dev/null
    """;
  }

  /**
   * All else is below {@code bwrap} and goes with it, and {@code bwrap} goes with the supervisor,
   * unless that died in the moment before this was arranged.
   */
  @Override
  public Set<Long> belongings(AttemptFolder attempt) {
    Set<Integer> users = new HashSet<>(List.of(uid, TaskUser.serverUid())); // often one
    return ProcessTree.running(OURS, users, attempt.root().toString());
  }

  @Override
  public List<String> notes() {
    return List.of();
  }
}
