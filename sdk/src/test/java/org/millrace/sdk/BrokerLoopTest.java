package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.rabbitmq.client.AuthenticationFailureException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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
            },
            BrokerLoop.LAST_WORDS);
    assertThatThrownBy(loop::run)
        .isInstanceOf(ResourceUnreachable.class)
        .hasMessageContaining("refused for good");
    assertThat(tries).hasValue(2);
  }

  @Test
  @Timeout(value = 60, threadMode = SEPARATE_THREAD) // instead of a day, interrupted or not
  void a_stop_with_nothing_under_way_waits_for_nothing() throws InterruptedException {
    var loops = new ArrayList<BrokerLoop>();
    loops.add(
        new BrokerLoop(
            new Subscription(Broker.of(Config.defaults()), "Q", List.of("#.Q")),
            body -> {
              throw new AssertionError("nobody sent " + body);
            },
            (_, _) -> {
              loops.getFirst().stop();
              throw new IOException("away");
            },
            Duration.ofDays(1)));
    loops.getFirst().run();
  }
}
