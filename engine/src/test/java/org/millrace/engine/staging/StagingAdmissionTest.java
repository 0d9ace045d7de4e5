package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;

/** Paths are kept in one form, wherever they come from: those of nodes are filled at run time. */
final class StagingAdmissionTest {
  private final StagingAdmission admission =
      new StagingAdmission(
          new Transfers(List.of(new FakeTransfer("file", ""))), new UrlSecrets(new byte[32]));

  private ContainerWork admitted(ContainerWork work) {
    return (ContainerWork) admission.admit(spec(work)).work();
  }

  private static TaskSpec spec(ContainerWork work) {
    return new TaskSpec(
        Owner.ANONYMOUS,
        "test",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        0,
        work,
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }

  private static ContainerWork work(
      String workdir, String stdin, String stdout, String stderr, String input, String output) {
    return new ContainerWork(
        List.of(
            new ExecutorSpec(
                "image",
                List.of("true"),
                Optional.of(workdir),
                Optional.of(stdin),
                Optional.of(stdout),
                Optional.of(stderr),
                Map.of(),
                false)),
        List.of(
            new Input(
                Optional.empty(),
                Optional.empty(),
                new Input.Content("text"),
                input,
                FileType.FILE,
                Optional.empty())),
        List.of(
            new Output(
                Optional.empty(),
                Optional.empty(),
                "/stored",
                output,
                Optional.empty(),
                FileType.FILE)),
        List.of());
  }

  @Test
  void paths_take_their_one_form() {
    assertThat(admitted(work("//w/", "/i//n", "/o/./ut", "/e/rr/", "/a//b", "/c//d")))
        .isEqualTo(work("/w", "/i/n", "/o/ut", "/e/rr", "/a/b", "/c/d"));
    assertThat(admitted(work("/", "/i", "/o", "/e", "/a", "/c/*.txt")))
        .isEqualTo(work("/", "/i", "/o", "/e", "/a", "/c/*.txt"));
  }

  @Test
  void urls_of_a_plan_are_sealed_and_opened_again() {
    ContainerWork plan = urls("ftp://u:hunter22@h/${item}", "http://h/?token=${item}");
    StagingAdmission other =
        new StagingAdmission(new Transfers(List.of()), new UrlSecrets(new byte[16]));

    TaskSpec stored = admission.admitPlan(spec(plan));

    assertThat(stored.toString()).doesNotContain("hunter").contains("http://h/?token=${item}");
    assertThat(admission.opened(stored).work()).isEqualTo(plan);
    assertThatThrownBy(() -> other.opened(stored))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("inputs[0].url: the credentials of a stored URL cannot be read");
    assertThatThrownBy(() -> admission.admitPlan(spec(urls("/a", "ftp://u:hunter${item}@h/"))))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("outputs[0].url: ");
  }

  private static ContainerWork urls(String input, String output) {
    ContainerWork some = work("/", "/i", "/o", "/e", "/a", "/c");
    return new ContainerWork(
        some.executors(),
        List.of(some.inputs().getFirst().from(new Input.Location(input))),
        List.of(some.outputs().getFirst().to(output)),
        List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "w, /i, /o, /e, /a, /c, executors[0].workdir: must be an absolute path",
    "/w, /, /o, /e, /a, /c, executors[0].stdin: must name something below /",
    "/w, /i, /../o, /e, /a, /c, executors[0].stdout: must not lead upwards",
    "/w, /i, /o, e, /a, /c, executors[0].stderr: must be an absolute path",
    "/w, /i, /o, /e, /a/../../b, /c, inputs[0].path: must not lead upwards",
    "/w, /i, /o, /e, /a, c, outputs[0].path: must be an absolute path",
  })
  void a_path_of_another_meaning_is_refused_with_its_field(
      String workdir,
      String stdin,
      String stdout,
      String stderr,
      String input,
      String output,
      String why) {
    assertThatThrownBy(() -> admitted(work(workdir, stdin, stdout, stderr, input, output)))
        .hasMessageStartingWith(why);
  }
}
