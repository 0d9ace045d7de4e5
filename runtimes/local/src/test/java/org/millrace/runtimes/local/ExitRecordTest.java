package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.domain.task.ExecutorResult.Usage;

final class ExitRecordTest {
  @Test
  void reads_what_each_kind_of_counter_says() {
    assertThat(record("137 2044.67 2045.70 7145817 2609152 1 v1"))
        .isEqualTo(
            new ExitRecord(
                137,
                2044.67,
                2045.7,
                new Usage(
                    Optional.of(Duration.ofNanos(7_145_817)), Optional.of(2_609_152L), "cgroup-v1"),
                1));
    assertThat(record("0 1.00 1.00 1500 4096 0 v2").usage())
        .isEqualTo(
            new Usage(Optional.of(Duration.ofNanos(1_500_000)), Optional.of(4096L), "cgroup-v2"));
  }

  private static ExitRecord record(String line) {
    return ExitRecord.parse(line).orElseThrow();
  }

  @Test
  void a_dash_or_nothing_is_not_known() {
    assertThat(record("0 1.00 1.00 - - - none").usage()).isEqualTo(Usage.NONE);
    assertThat(record("0 1.00 1.00 5  0 v2").usage().peakMemory()).isEmpty();
  }

  @Test
  void refuses_what_is_no_record() {
    for (String line :
        List.of(
            "0 1.00",
            "x 1.00 1.00 - - - none",
            "0 - 1.00 - - - none",
            "0 NaN 1.00 - - - none",
            "0 1.00 1e300 - - - none",
            "0 -1 1.00 - - - none",
            "0 1.00 1.00 9223372036854775807 - - v2",
            "0 1.00 1.00 - - - none and more")) {
      assertThat(ExitRecord.parse(line)).as(line).isEmpty();
    }
  }
}
