package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.runtimes.local.ControlGroups.SlotLimits;
import org.millrace.runtimes.local.SandboxSettings.Network;
import org.millrace.testkit.runtime.TestTask;

final class SettingsTest {
  private static final long RAM = 1L << 30;

  @Test
  void what_a_task_does_not_ask_for_it_has_as_much_of_as_any() {
    LocalSettings settings = settings("here", 4, 8, RAM, 100, 10, Optional.of("/system.slice/m"));

    assertThat(settings.limits(new TestTask(SandboxRuntime.NAME).runs("true").spec().resources()))
        .isEqualTo(new SlotLimits(8, RAM, 100));
    assertThat(
            settings.limits(
                new TestTask(SandboxRuntime.NAME).runs("true").asks(2, 0.5).spec().resources()))
        .isEqualTo(new SlotLimits(2, RAM / 2, 100));
    assertThat(settings.workFolder()).isAbsolute();
  }

  @Test
  void refuses_values_that_cannot_work() {
    refused(() -> settings(" ", 1, 1, RAM, 100, 10, Optional.empty()));
    refused(() -> settings("here", 0, 1, RAM, 100, 10, Optional.empty()));
    refused(() -> settings("here", 1, 0, RAM, 100, 10, Optional.empty()));
    refused(() -> settings("here", 1, 1, 1000, 100, 10, Optional.empty()));
    refused(() -> settings("here", 1, 1, RAM, 1, 10, Optional.empty()));
    refused(() -> settings("here", 1, 1, RAM, 100, 2 << 20, Optional.empty()));
    refused(() -> settings("here", 1, 1, RAM, 100, 10, Optional.of("a b")));
    refused(() -> withDisk(-1, 10));
    refused(() -> withDisk(0, 9));
    refused(() -> new TaskUser(0, 5));
    refused(() -> new TaskUser(5, 0));
    refused(() -> new SandboxSettings(Network.NONE, List.of(Path.of("relative"))));
    refused(() -> new SandboxSettings(Network.NONE, List.of(Path.of("/"))));
  }

  private static void refused(Runnable making) {
    assertThatIllegalArgumentException().isThrownBy(making::run);
  }

  private static LocalSettings withDisk(long floor, long logs) {
    return new LocalSettings(
        "here", Path.of("w"), TaskUser.NOBODY, 1, 1, RAM, 100, 10, floor, logs, Optional.empty());
  }

  private static LocalSettings settings(
      String site,
      int slots,
      int cores,
      long ram,
      int processes,
      int tail,
      Optional<String> parent) {
    return new LocalSettings(
        site,
        Path.of("work"),
        TaskUser.NOBODY,
        slots,
        cores,
        ram,
        processes,
        tail,
        1,
        tail + 1,
        parent);
  }
}
