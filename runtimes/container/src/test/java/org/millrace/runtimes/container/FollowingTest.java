package org.millrace.runtimes.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FollowingTest {
  /** A container that ended in the last moment of a second was signalled in that one. */
  @ParameterizedTest
  @ValueSource(longs = {1_000, 1_001, 1_500, 1_999})
  void a_signal_may_be_told_of_up_to_a_second_after_the_end(long endedMillis) {
    assertThat(Following.toldBy(endedMillis) * 1000).isGreaterThanOrEqualTo(endedMillis + 1000);
  }
}
