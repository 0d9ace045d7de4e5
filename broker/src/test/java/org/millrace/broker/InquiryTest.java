package org.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Whoever asks for queues goes on, whatever the broker does. */
class InquiryTest {
  private final Inquiry inquiry = new Inquiry("mq.test:5672", "its queues");

  @Test
  void what_is_told_is_told() throws Exception {
    assertThat(inquiry.ask(() -> 7)).contains(7);
  }

  @Test
  void a_fault_or_a_defect_of_the_broker_is_not_told_until_it_is_mended() throws Exception {
    assertThat(
            inquiry.<Integer>ask(() -> {
              throw new IOException("away");
            }))
        .isEmpty();
    assertThat(
            inquiry.<Integer>ask(() -> {
              throw new IllegalStateException("the virtual host is going");
            }))
        .isEmpty();
    assertThat(inquiry.ask(() -> 7)).contains(7);
  }

  @Test
  void who_is_interrupted_while_asking_is_told_so() {
    assertThatThrownBy(() ->
            inquiry.<Integer>ask(() -> {
              Thread.currentThread().interrupt();
              throw new IOException("broken off");
            }))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }
}
