package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.testkit.runtime.TestTask;

final class EndingTest {
  private static final ExecutorSpec EXECUTOR =
      new TestTask(SandboxRuntime.NAME)
          .runs("tool\nx")
          .in("/w")
          .from("/in")
          .to("/out")
          .errorsTo("/err")
          .work()
          .executors()
          .getFirst();

  @ParameterizedTest
  @CsvSource({
    "1, bwrap: execvp tool: No such file or directory, 127, command-not-found, program 'tool x' was"
        + " not found",
    "1, bwrap: execvp tool: Permission denied, 126, command-not-runnable, program 'tool x' cannot"
        + " be run: bwrap: execvp tool: Permission denied",
    "1, bwrap: Can't chdir to /w: No such file or directory, 126, workdir-missing, its workdir '/w'"
        + " does not exist",
    "126, run.sh: 9: bwrap: Argument list too long, 126, command-too-long, its command and"
        + " environment are longer than the system allows",
  })
  void a_command_that_could_not_run_is_the_executors_error(
      int code, String stderr, int shown, String cause, String message) {
    Ending ending = Ending.notRun(code, stderr, EXECUTOR);

    assertThat(ending).isInstanceOf(Ending.Exited.class);
    Ending.Exited exited = (Ending.Exited) ending;
    assertThat(exited.code()).isEqualTo(shown);
    assertThat(exited.why().map(Cause::code)).contains(cause);
    assertThat(exited.why().map(Cause::message)).contains(message);
  }

  @Test
  void any_other_last_word_is_the_isolations_fault() {
    assertThat(Ending.notRun(1, "bwrap: Can't mkdir /x: Read-only file system\n", EXECUTOR))
        .isEqualTo(
            new Ending.Failed(
                new Cause(
                    "isolation-failed",
                    "the isolation exited with 1 before the command ran: bwrap: Can't mkdir /x:"
                        + " Read-only file system",
                    "an operator should look at it")));
  }

  @ParameterizedTest
  @CsvSource({
    "stdin-missing, there is no file at its stdin '/in'",
    "stdout-unwritable, its stdout '/out' cannot be written",
    "stderr-unwritable, its stderr '/err' cannot be written",
    "workdir-missing, its workdir '/w' cannot be entered",
    "command-not-found, program 'tool x' was not found",
  })
  void what_the_inner_shell_tells_is_said_in_our_words(String problem, String message) {
    assertThat(((Ending.Exited) Ending.problem(1, problem, EXECUTOR)).why().map(Cause::message))
        .contains(message);
  }

  @Test
  void a_problem_that_is_not_known_leaves_the_code() {
    assertThat(Ending.problem(9, "garbage", EXECUTOR))
        .isEqualTo(new Ending.Exited(9, Optional.empty()));
  }
}
