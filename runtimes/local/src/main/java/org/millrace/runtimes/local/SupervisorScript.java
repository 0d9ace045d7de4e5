package org.millrace.runtimes.local;

import static org.millrace.runtimes.local.ShellText.word;

import java.nio.file.Path;
import java.util.List;

/**
 * Writes the supervisor of one attempt: a shell script that runs all executors in order and notes
 * how each ended. It lives by builtins alone, so that nothing but the executors is forked; its
 * streams are files, so that it does not mind who else lives, and appended to, so that a file that
 * a server shortens does not grow again behind a hole. Where the attempt left something, the end is
 * noted first, and vouched for once all is on the disk: a server that waits for it need not wait
 * for that, and one that comes after the machine was started anew knows what to believe. Pure.
 *
 * @param folder of the attempt
 * @param leaves whether it leaves files; what stands in its logs counts in any case
 * @param settle lines that define {@code settle}, which returns once an executor is wholly gone
 */
record SupervisorScript(AttemptFolder folder, boolean leaves, String settle) {

  /**
   * One executor.
   *
   * @param stdout file of the host, for what is not sent elsewhere
   * @param stderr file of the host, for what is not sent elsewhere
   * @param ignoreError whether to go on when it fails
   */
  record Step(
      int index,
      Invocation invocation,
      Path stdout,
      Path stderr,
      boolean ignoreError,
      SlotWords slot) {}

  String text(List<Step> steps) {
    var text = new StringBuilder(beginning());
    for (Step step : steps) {
      text.append(step.invocation().equals(Invocation.NONE) ? nothing() : run(step));
    }
    return text.append("end ran\n").toString();
  }

  /** Only who creates the journal goes on; its first line makes this process known to servers. */
  private String beginning() {
    return """
    # Millrace runs one attempt with this.
    umask 022
    trap : HUP INT TERM # not ignored: the executors would inherit that
    a=%s
    read -r line </proc/$$/stat
    set -- ${line##*) }
    born=${20}
    read -r boot </proc/sys/kernel/random/boot_id
    { read -r line </proc/1/stat; } 2>/dev/null && set -- ${line##*) } && boot=$boot.${20}
    read -r now _ </proc/uptime
    set -C
    { echo "by $$ $born $boot $now" >"$a/journal"; } 2>/dev/null || exit 75
    set +C
    keep=%s
    end() { # nothing but this needs a program, and only where something is left that is wanted
      [ ! -e "$a/cancel" ] || [ -s "$a/cancel" ] || keep=
      [ -n "$keep" ] || { echo "end $1" >>"$a/journal"; exit 0; }
      echo "end $1 %s" >>"$a/journal"
      sync -f "$a" 2>/dev/null && echo %s >>"$a/journal" && sync -d "$a/journal" 2>/dev/null
      exit 0
    }
    note() { # which process this is, and when it was born; whatever it executes, that stays
      read -r line </proc/self/stat
      file=$1 pid=${line%%%% *}
      set -- ${line##*) }
      echo "$pid ${20}" >"$file"
    }
    join() {
      for group; do { echo 0 >"$group"; } 2>/dev/null || echo "$group refused" >>"$a/notes"; done
    }
    %s\
    """
        .formatted(
            word(folder.folder().toString()),
            leaves ? "files" : "",
            Journal.UNSAFE,
            Journal.SAFE,
            settle);
  }

  private static String nothing() {
    return """

    [ ! -e "$a/cancel" ] || end cancelled
    read -r now _ </proc/uptime
    echo "exit 0 $now $now - - - none" >>"$a/journal"
    """;
  }

  private static String run(Step step) {
    SlotWords slot = step.slot();
    return """

    [ ! -e "$a/cancel" ] || end cancelled
    cpu=- peak=- oom=-
    %1$sread -r start _ </proc/uptime
    (
    %2$sexec %3$s
    ) </dev/null >>%4$s 2>>%5$s%7$s
    code=$?
    settle "$a/status.%6$d" %8$s
    { [ ! -s %4$s ] && [ ! -s %5$s ]; } || keep=logs
    %9$sread -r now _ </proc/uptime
    echo "exit $code $start $now $cpu $peak $oom %10$s" >>"$a/journal"
    %11$s\
    """
        .formatted(
            slot.before(),
            before(step),
            ShellText.words(step.invocation().words()),
            word(step.stdout().toString()),
            word(step.stderr().toString()),
            step.index(),
            descriptors(step),
            word(String.join(" ", slot.members())),
            slot.after(),
            slot.measuredBy(),
            step.ignoreError() ? "" : "[ \"$code\" -eq 0 ] || end failed\n");
  }

  /** What the process that becomes the executor does first, with the supervisor's own rights. */
  private static String before(Step step) {
    String join =
        step.slot().join().isEmpty() ? "" : "join " + ShellText.words(step.slot().join()) + "\n";
    String note = step.invocation().reports() ? "" : "note \"$a/status." + step.index() + "\"\n";
    return join + note;
  }

  private static String descriptors(Step step) {
    String status = step.invocation().reports() ? " 3>\"$a/status." + step.index() + "\"" : "";
    String told = step.invocation().told() ? " 4>\"$a/told." + step.index() + "\"" : "";
    String hidden =
        step.invocation().hidden().isEmpty() ? "" : " 5<\"$a/hidden." + step.index() + "\"";
    String filter =
        step.invocation().filter().map(file -> " 6<" + word(file.toString())).orElse("");
    return status + told + hidden + filter;
  }
}
