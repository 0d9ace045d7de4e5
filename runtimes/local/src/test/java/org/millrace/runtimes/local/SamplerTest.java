package org.millrace.runtimes.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SamplerTest {
  @Test
  void reads_the_childrens_time_of_every_shell() {
    assertThat(Sampler.childTime("0m0.001s 0m0.002s\n1m2.5s 0m0.25s\n"))
        .contains(Duration.ofMillis(62_750));
    assertThat(Sampler.childTime("0m0.000000s 0m0.000000s\n0m0.012345s 0m0.000655s\n"))
        .contains(Duration.ofMillis(13));
    assertThat(Sampler.childTime("0m0.001s 0m0.002s\n")).isEmpty();
    assertThat(Sampler.childTime("")).isEmpty();
  }
}
