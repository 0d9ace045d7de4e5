package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.staging.TaskFolder;
import org.millrace.runtimes.local.Journal.Begun;

/**
 * A command as a plain process of the host in a session of its own. Declared paths lie below the
 * attempt's root, and the command starts there; absolute paths in its arguments are the host's.
 *
 * @param dropping words that make a root server's child an ordinary user; none otherwise
 * @param uid as whom its processes run
 */
record ProcessCommand(HostPrograms programs, List<String> dropping, int uid) implements Isolation {
  /** Tells a process where its files are, and us which processes belong to an attempt. */
  static final String ROOT_VARIABLE = "MILLRACE_ROOT";

  /** What the supervisor notes of an executor: number and birth of its first process. */
  private static final Pattern NOTED = Pattern.compile("(\\d{1,18}) (\\d{1,18})\n");

  @Override
  public void lay(TaskFolder folder) throws IOException {
    folder.makeFolder("/tmp");
  }

  @Override
  public boolean isClosed(String path) {
    return false;
  }

  @Override
  public Invocation invocation(
      ExecutorSpec executor, StreamPlan streams, TaskFolder folder, boolean timed) {
    var words = new ArrayList<>(dropping);
    words.addAll(List.of(programs.path("setsid"), programs.path("env"), "-i", "--"));
    var environment = new LinkedHashMap<String, String>();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("HOME", onHost(folder, "/tmp"));
    environment.put("TMPDIR", onHost(folder, "/tmp"));
    environment.put("LANG", "C.UTF-8");
    environment.put(ROOT_VARIABLE, folder.root().toString());
    environment.forEach((name, value) -> words.add(name + "=" + value));
    String workdir = onHost(folder, executor.workdir().orElse("/"));
    var own = new LinkedHashMap<>(executor.env());
    own.remove(ROOT_VARIABLE);
    var variables = new TaskVariables(own);
    var inner =
        new InnerShell(
            streams,
            path -> onHost(folder, path),
            Optional.of(workdir),
            timed,
            variables.launcher(programs.path("env")),
            !own.isEmpty(),
            true);
    words.addAll(inner.words(executor.command()));
    return new Invocation(words, variables.exports(), Optional.empty(), false, true);
  }

  private static String onHost(TaskFolder folder, String path) {
    Path normal = Path.of("/").resolve(path).normalize();
    return folder.root().resolve(normal.toString().substring(1)).toString();
  }

  @Override
  public Ending ending(int code, String status, String told, String stderr, ExecutorSpec executor) {
    boolean ran = InnerShell.hasBegun(told);
    return ran || code > 128 ? Ending.exited(code) : Ending.notRun(code, stderr, executor);
  }

  /**
   * Ends what an executor left in its process group, and all of it where a control group knows it.
   */
  @Override
  public String settle() {
    return """
    settle() {
      session= line= turns=0 left=1
      read -r session _ <"$1"
      case $session in '' | *[!0-9]*) ;; *) kill -9 "-$session" ;; esac
      while [ $turns -lt 100000 ] && [ $left = 1 ]; do
        left=0
        for procs in $2; do
          while read -r line <"$procs" && [ -n "$line" ]; do
            kill -9 "$line"
            left=1
            turns=$((turns + 1))
            [ $turns -lt 100000 ] || break
          done
        done
      done
    } 2>/dev/null
    """;
  }

  /**
   * Those that carry the attempt's variable, wherever they went, and those of the sessions in which
   * its executors ran, whatever they did to their variables.
   */
  @Override
  public Set<Long> belongings(AttemptFolder attempt) {
    if (!(attempt.journal().begun() instanceof Begun.By by) || !ProcessTree.isThisBoot(by.boot())) {
      return Set.of();
    }
    Set<Long> pids = ProcessTree.withVariable(ROOT_VARIABLE, attempt.root().toString());
    for (int executor = 0; executor < attempt.begun(); executor++) {
      Matcher noted = NOTED.matcher(AttemptFolder.textOf(attempt.status(executor)));
      if (noted.matches()) {
        long session = Long.parseLong(noted.group(1));
        long born = Long.parseLong(noted.group(2));
        pids.addAll(ProcessTree.ofSession(session, born, uid));
      }
    }
    return pids;
  }

  @Override
  public List<String> notes() {
    return List.of(
        "runtime process does not isolate: absolute paths in a command are the host's; the task's"
            + " own files are below $"
            + ROOT_VARIABLE
            + ", where commands start");
  }
}
