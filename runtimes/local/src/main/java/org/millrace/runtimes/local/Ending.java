package org.millrace.runtimes.local;

import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorSpec;

/** What it means that an executor ended as it did. Pure. */
sealed interface Ending {
  String PROGRAMS = "this runtime runs the programs of its host, not those of the image";
  String WRITABLE = "see what earlier executors made of that path";

  /**
   * The command ran, or could not because of what was asked for.
   *
   * @param why if more is known than the code tells
   */
  record Exited(int code, Optional<Cause> why) implements Ending {}

  /** The isolation itself failed; the command is not to blame. */
  record Failed(Cause cause) implements Ending {}

  static Ending exited(int code) {
    return new Exited(code, Optional.empty());
  }

  /** Why a command did not run, from the last words of what should have run it. */
  static Ending notRun(int code, String stderr, ExecutorSpec executor) {
    String program = "program '" + OneLine.of(executor.command().getFirst()) + "'";
    if (stderr.contains("Argument list too long")) {
      return exited(
          126,
          "command-too-long",
          "its command and environment are longer than the system allows",
          "pass long values in a file");
    }
    if (stderr.contains("bwrap: execvp ")) {
      return stderr.contains("No such file or directory")
          ? exited(127, "command-not-found", program + " was not found", PROGRAMS)
          : exited(
              126,
              "command-not-runnable",
              program + " cannot be run: " + OneLine.of(stderr),
              PROGRAMS);
    }
    if (stderr.contains("bwrap: Can't chdir to ")) {
      return exited(
          126,
          "workdir-missing",
          "its workdir '" + OneLine.of(executor.workdir().orElse("/")) + "' does not exist",
          "name a folder that exists, or one that can be made");
    }
    return new Failed(
        new Cause(
            "isolation-failed",
            "the isolation exited with " + code + " before the command ran: " + OneLine.of(stderr),
            "an operator should look at it"));
  }

  /** What the {@link InnerShell} told, in our words. */
  static Ending problem(int code, String problem, ExecutorSpec executor) {
    return switch (problem) {
      case "command-not-found" ->
          exited(
              code,
              problem,
              "program '" + OneLine.of(executor.command().getFirst()) + "' was not found",
              PROGRAMS);
      case "workdir-missing" ->
          exited(
              code,
              problem,
              "its workdir '" + OneLine.of(executor.workdir().orElse("/")) + "' cannot be entered",
              "name a folder that exists, or one that can be made");
      case "stdin-missing" ->
          exited(
              code,
              problem,
              "there is no file at its stdin '" + OneLine.of(executor.stdin().orElse("")) + "'",
              "declare it as an input, or have an earlier executor make it");
      case "stdout-unwritable" ->
          exited(code, problem, unwritable("stdout", executor.stdout()), WRITABLE);
      case "stderr-unwritable" ->
          exited(code, problem, unwritable("stderr", executor.stderr()), WRITABLE);
      default -> exited(code);
    };
  }

  private static String unwritable(String stream, Optional<String> path) {
    return "its " + stream + " '" + OneLine.of(path.orElse("")) + "' cannot be written";
  }

  private static Ending exited(int code, String cause, String message, String help) {
    return new Exited(code, Optional.of(Cause.ofCaller(cause, message, help)));
  }
}
