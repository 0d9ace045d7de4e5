package org.millrace.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.Placement.Choice;
import org.millrace.domain.placement.Placement.Choice.Chosen;
import org.millrace.domain.placement.Placement.Choice.Never;
import org.millrace.domain.placement.Placement.Choice.NotNow;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.Work;

class PlacementTest {
  private static final Cause AWAY =
      new Cause("runtime-away", "its engine does not answer", "start it");

  @Test
  void the_first_that_takes_it_in_the_operators_order() {
    assertThat(choose(asking(Map.of()), offer("one"), offer("two")))
        .isEqualTo(new Chosen(offer("one")));
    assertThat(choose(asking(Map.of()), away("one"), offer("two")))
        .isEqualTo(new Chosen(offer("two")));
  }

  @Test
  void the_one_that_was_named_and_no_other() {
    assertThat(choose(asking(Map.of("runtime", "two")), offer("one"), offer("two")))
        .isEqualTo(new Chosen(offer("two")));
    assertThat(code(choose(asking(Map.of("runtime", "three")), offer("one"), offer("two"))))
        .isEqualTo("never runtime-unknown, by caller");
    assertThat(choose(asking(Map.of("runtime", "two")), offer("one"), away("two")))
        .isEqualTo(new NotNow(AWAY));
  }

  @Test
  void one_that_is_absent_takes_nothing_and_says_why_to_those_who_name_it() {
    var off = RuntimeOffer.absent(new RuntimeName("container"), "here", AWAY);

    assertThat(choose(asking(Map.of()), offer("one"), off)).isEqualTo(new Chosen(offer("one")));
    assertThat(choose(asking(Map.of("runtime", "container")), offer("one"), off))
        .isEqualTo(new Never(AWAY));
    assertThat(choose(asking(Map.of("runtime", "kontainer")), offer("one"), off))
        .isEqualTo(
            new Never(
                Cause.ofCaller(
                    "runtime-unknown",
                    "there is no runtime 'kontainer' here",
                    "name one that takes work now, or none: one")));
  }

  @Test
  void work_that_only_an_absent_one_would_take_is_told_why_it_is_absent() {
    Cause off = Cause.ofCaller("broker-off", "broker.kind is none", "set broker.kind");
    var absent = RuntimeOffer.absent(new RuntimeName("dane"), "", off, Set.of(ContainerWork.class));

    assertThat(choose(asking(Map.of()), offer("one"), absent)).isEqualTo(new Chosen(offer("one")));
    assertThat(choose(asking(Map.of()), absent))
        .as("the operator's, because nobody named it")
        .isEqualTo(new Never(new Cause("broker-off", "broker.kind is none", "set broker.kind")));
    assertThat(choose(asking(Map.of("runtime", "dane")), absent)).isEqualTo(new Never(off));
    assertThat(code(choose(asking(Map.of()), RuntimeOffer.absent(absent.name(), "", off))))
        .isEqualTo("never no-runtime");
  }

  @Test
  void one_that_is_for_other_work_is_not_called_unknown_and_none_is_named_that_takes_nothing() {
    var other =
        new RuntimeOffer(
            new RuntimeName("pulsar"),
            "here",
            Custody.HELD,
            Set.of(Work.class),
            1,
            1,
            List.of(),
            Optional.of(AWAY));

    assertThat(choose(asking(Map.of("runtime", "pulsar")), offer("one"), away("two"), other))
        .isEqualTo(
            new Never(
                Cause.ofCaller(
                    "runtime-unfit",
                    "runtime 'pulsar' is for work of another kind",
                    "name one that takes work now, or none: one")));
  }

  @Test
  void what_is_asked_too_much_names_the_setting_that_limits_it() {
    assertThat(choose(asking(400, 1.0), offer("one")))
        .isInstanceOfSatisfying(
            Never.class, never -> assertThat(never.cause().help()).contains("one.cpu-cores"));
    assertThat(choose(asking(1, 9.0), offer("one")))
        .isInstanceOfSatisfying(
            Never.class, never -> assertThat(never.cause().help()).contains("one.ram"));
  }

  @Test
  void it_waits_for_one_that_is_away_and_not_for_one_that_cannot() {
    assertThat(choose(asking(Map.of()), away("one"))).isEqualTo(new NotNow(AWAY));
    assertThat(code(choose(asking(4, 1.0), offer("one"))))
        .isEqualTo("never too-many-cores, by caller");
    assertThat(code(choose(asking(1, 9.0), away("one"))))
        .isEqualTo("never too-much-memory, by caller");
    assertThat(code(Placement.choose(aWork("/data/x"), Resources.NONE, List.of())))
        .isEqualTo("never no-runtime");
  }

  @Test
  void work_waits_for_a_runtime_that_comes_back_rather_than_run_elsewhere() {
    RuntimeOffer plain = away("one");
    var comesBack =
        new RuntimeOffer(
            plain.name(),
            plain.site(),
            plain.custody(),
            plain.runs(),
            plain.cpuCores(),
            plain.ramBytes(),
            plain.closedPaths(),
            plain.section(),
            plain.unavailable(),
            true);
    assertThat(choose(asking(Map.of()), comesBack, offer("two"))).isEqualTo(new NotNow(AWAY));
    assertThat(choose(asking(Map.of("runtime", "two")), comesBack, offer("two")))
        .isEqualTo(new Chosen(offer("two")));
    assertThat(choose(asking(4, 1.0), comesBack, away("two"))).isInstanceOf(Never.class);
  }

  @Test
  void paths_in_folders_of_the_host_are_refused_wherever_they_are_declared() {
    for (var work :
        List.of(
            aWork("/usr/local/x"),
            new ContainerWork(
                List.of(anExecutor(Optional.of("/usr/out"))), List.of(), List.of(), List.of()),
            new ContainerWork(
                List.of(anExecutor(Optional.empty())), List.of(), List.of(), List.of("/usr")),
            new ContainerWork(
                List.of(anExecutor(Optional.empty())),
                List.of(),
                List.of(anOutput("/usr/a")),
                List.of()))) {
      assertThat(code(Placement.choose(work, Resources.NONE, List.of(offer("one")))))
          .isEqualTo("never path-taken, by caller");
    }
    assertThat(Placement.choose(aWork("/usrlocal/x"), Resources.NONE, List.of(offer("one"))))
        .isInstanceOf(Chosen.class);
  }

  private static Choice choose(Resources asked, RuntimeOffer... offers) {
    return Placement.choose(aWork("/data/x"), asked, List.of(offers));
  }

  private static String code(Choice choice) {
    return switch (choice) {
      case Chosen chosen -> "chosen " + chosen.runtime().name();
      case NotNow notNow -> "not now " + notNow.cause().code();
      case Never never ->
          "never " + never.cause().code() + (never.cause().byCaller() ? ", by caller" : "");
    };
  }

  private static RuntimeOffer offer(String name) {
    return new RuntimeOffer(
        new RuntimeName(name),
        "here",
        Custody.HELD,
        Set.of(ContainerWork.class),
        2,
        4L << 30,
        List.of("/usr", "/proc"),
        Optional.empty());
  }

  private static RuntimeOffer away(String name) {
    return new RuntimeOffer(
        new RuntimeName(name),
        "here",
        Custody.HELD,
        Set.of(ContainerWork.class),
        2,
        4L << 30,
        List.of("/usr", "/proc"),
        Optional.of(AWAY));
  }

  private static Resources asking(Map<String, String> parameters) {
    return new Resources(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        parameters,
        Optional.empty());
  }

  private static Resources asking(int cores, double ramGb) {
    return new Resources(
        Optional.of(cores),
        Optional.of(ramGb),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        Optional.empty());
  }

  private static ContainerWork aWork(String inputPath) {
    return new ContainerWork(
        List.of(anExecutor(Optional.empty())),
        List.of(
            new Input(
                Optional.empty(),
                Optional.empty(),
                new Input.Content("x"),
                inputPath,
                FileType.FILE,
                Optional.empty())),
        List.of(),
        List.of());
  }

  private static ExecutorSpec anExecutor(Optional<String> stdout) {
    return new ExecutorSpec(
        "alpine",
        List.of("true"),
        Optional.empty(),
        Optional.empty(),
        stdout,
        Optional.empty(),
        Map.of(),
        false);
  }

  private static Output anOutput(String path) {
    return new Output(
        Optional.empty(), Optional.empty(), "file:///x", path, Optional.empty(), FileType.FILE);
  }
}
