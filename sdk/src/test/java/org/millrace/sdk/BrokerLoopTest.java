package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AuthenticationFailureException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker's way to its broker, without one. */
class BrokerLoopTest {
  @Test
  @Timeout(60) // instead of for ever
  void it_connects_again_after_an_error_of_the_machine() {
    var tries = new AtomicInteger();
    var loop =
        new BrokerLoop(
            new Subscription(Broker.of(Config.defaults()), "Q", List.of("#.Q")),
            body -> {
              throw new AssertionError("nobody sent " + body);
            },
            (_, _) -> {
              if (tries.incrementAndGet() == 1) {
                throw new OutOfMemoryError("no room for a frame");
              }
              throw new AuthenticationFailureException("refused for good");
            });
    assertThatThrownBy(loop::run)
        .isInstanceOf(ResourceUnreachable.class)
        .hasMessageContaining("refused for good");
    assertThat(tries).hasValue(2);
  }
}
