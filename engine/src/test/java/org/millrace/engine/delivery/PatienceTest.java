package org.millrace.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.engine.delivery.Deliveries.Patience;

final class PatienceTest {

  @ParameterizedTest
  @CsvSource({
    "0, 1, 2, deliveries.tries: at least 1",
    "1, 0, 2, 'deliveries.longest-retry: at least deliveries.first-retry, which is above 0'",
    "1, 3, 2, 'deliveries.longest-retry: at least deliveries.first-retry, which is above 0'"
  })
  void what_makes_no_sense_is_refused_by_its_name(
      int tries, long first, long most, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> patience(tries, first, most))
        .withMessage(message);
  }

  @Test
  void one_try_and_equal_waits_will_do() {
    assertThat(patience(1, 2, 2).tries()).isEqualTo(1);
  }

  private static Patience patience(int tries, long first, long most) {
    return new Patience(tries, Duration.ofSeconds(first), Duration.ofSeconds(most));
  }
}
