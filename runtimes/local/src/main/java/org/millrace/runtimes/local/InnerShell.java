package org.millrace.runtimes.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The small shell between isolation and command, there only where something must be done as the
 * task: paths that the task controls are opened here, with the task's own rights. It tells on
 * descriptor 4 what kept it from running the command, closed before the command runs.
 *
 * @param streams which paths are opened
 * @param paths from the task's paths to those that this shell sees
 * @param workdir where to go first, as this shell sees it, unless isolation did that
 * @param timed whether to measure CPU time, because nothing outside can
 * @param launcher stands before the command, ending in a space; nothing mostly
 * @param reads whether it first reads lines that set variables from descriptor 5
 * @param announces whether it first tells that it was reached, because nothing else does
 */
record InnerShell(
    StreamPlan streams,
    UnaryOperator<String> paths,
    Optional<String> workdir,
    boolean timed,
    String launcher,
    boolean reads,
    boolean announces) {
  /** The line that says that it was reached. */
  private static final String BEGUN = "begun";

  /** Ahead of the code of what went wrong. */
  private static final String PROBLEM = "problem ";

  private static final String FAIL =
      """
      fail() { echo "problem $2" >&4; echo "millrace: $3" >&2; exit "$1"; }
      """;

  /**
   * What a shell says of a command that a signal ended would be written over the beginning of the
   * command's own words, where both go to one file.
   */
  private static final String QUIETLY = "exec 6>&2 2>/dev/null\n";

  /** Whether it was reached, by what it told. */
  static boolean hasBegun(String told) {
    return told.lines().anyMatch(BEGUN::equals);
  }

  /** The code of what kept it from running the command, by what it told. */
  static Optional<String> problemIn(String told) {
    return told.lines()
        .filter(line -> line.startsWith(PROBLEM))
        .map(line -> line.substring(PROBLEM.length()).strip())
        .findFirst();
  }

  /** The words that run a command, to stand behind those of the isolation. */
  List<String> words(List<String> command) {
    var words = new ArrayList<>(List.of("/bin/sh", "-c", text(), "millrace"));
    words.addAll(command);
    return words;
  }

  private String text() {
    var text = new StringBuilder(FAIL);
    if (announces) {
      text.append("echo " + BEGUN + " >&4\n");
    }
    if (reads) {
      text.append("eval \"$(/bin/cat <&5)\"\nexec 5<&-\n");
    }
    workdir.map(InnerShell::enter).ifPresent(text::append);
    streams.stdin().map(this::checkInput).ifPresent(text::append);
    streams.stdout().map(path -> make(path, "stdout")).ifPresent(text::append);
    streams.stderr().map(path -> make(path, "stderr")).ifPresent(text::append);
    text.append(
        "command -v -- \"$1\" >/dev/null 2>&1 || fail 127 command-not-found \"$1: not found\"\n");
    return text.append(run()).toString();
  }

  private static String enter(String folder) {
    return "cd %1$s 2>/dev/null || fail 126 workdir-missing %1$s': cannot be entered'\n"
        .formatted(ShellText.word(folder));
  }

  private String checkInput(String path) {
    String seen = ShellText.word(paths.apply(path));
    return """
    [ -r %1$s ] && [ ! -d %1$s ] || fail 1 stdin-missing %2$s': no such file for standard input'
    """
        .formatted(seen, ShellText.word(path));
  }

  private String make(String path, String stream) {
    String seen = ShellText.word(paths.apply(path));
    String folder = ShellText.word(paths.apply(folderOf(path)));
    return """
    [ -d %1$s ] || /bin/mkdir -p %1$s
    true 2>/dev/null >%2$s || fail 1 %3$s-unwritable %4$s': cannot be written for %3$s'
    """
        .formatted(folder, seen, stream, ShellText.word(path));
  }

  private static String folderOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  private String run() {
    if (!streams.keepOut() && !streams.keepErr() && !timed) {
      return "exec " + launcher + "\"$@\"" + redirections() + " 4>&-\n";
    }
    var text = new StringBuilder(QUIETLY);
    text.append("(exec " + launcher + "\"$@\" 2>&6" + redirections() + " 4>&- 6>&-)\ncode=$?\n");
    if (timed) {
      text.append("times >&4\n");
    }
    if (streams.keepOut()) {
      text.append("/bin/cat ").append(seen(streams.stdout())).append("\n");
    }
    if (streams.keepErr()) {
      text.append("/bin/cat ").append(seen(streams.stderr())).append(" >&6\n");
    }
    return text.append("exit $code\n").toString();
  }

  private String redirections() {
    String in = streams.stdin().isPresent() ? " <" + seen(streams.stdin()) : "";
    String out = streams.stdout().isPresent() ? " >" + seen(streams.stdout()) : "";
    String err = streams.stderr().isPresent() ? " 2>" + seen(streams.stderr()) : "";
    boolean one = streams.stdout().isPresent() && streams.stdout().equals(streams.stderr());
    return in + out + (one ? " 2>&1" : err);
  }

  private String seen(Optional<String> path) {
    return ShellText.word(paths.apply(path.orElseThrow()));
  }
}
