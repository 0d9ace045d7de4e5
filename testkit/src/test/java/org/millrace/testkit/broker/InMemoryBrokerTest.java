package org.millrace.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Published;

/** The fake obeys the contract, and what it can do besides. */
class InMemoryBrokerTest extends WorkerBrokerContract {
  private final InMemoryBroker broker =
      new InMemoryBroker(
          new VirtualThreads(), InstantSource.system(), EXCHANGES, 2, Duration.ofMillis(50));

  @Override
  protected WorkerBroker broker() {
    return broker;
  }

  @Override
  protected TestWorker worker() {
    return broker.worker();
  }

  @Override
  protected boolean knowsQueues() {
    return true;
  }

  @Override
  protected boolean tellsOfLostQueues() {
    return true;
  }

  @Override
  protected boolean ordersByPriority() {
    return true;
  }

  @Test
  void away_it_takes_nothing_and_back_again_it_has_no_bindings() {
    try (TestWorker worker = worker()) {
      worker.bind("ASR", EXCHANGE, "#.ASR");
      broker.leave();
      assertThat(broker.publish(message("V.ASR", "t", 0, "a")))
          .isInstanceOf(Published.Unknown.class);
      assertThat(broker.queues()).isEmpty();
      broker.comeBack();
      assertThat(broker.publish(message("V.ASR", "t", 0, "a")))
          .isEqualTo(new Published.Unroutable());
    }
  }

  @Test
  void a_message_whose_confirm_is_lost_arrives() {
    try (TestWorker worker = worker()) {
      worker.bind("ASR", EXCHANGE, "#.ASR");
      broker.loseConfirms(1);
      assertThat(broker.publish(message("V.ASR", "t", 0, "a")))
          .isInstanceOf(Published.Unknown.class);
      assertThat(worker.waiting("ASR")).isEqualTo(1);
    }
  }

  @Test
  void topic_words_match_as_the_protocol_says() {
    assertThat(TopicKey.matches("#.ASR", "ASR")).isTrue();
    assertThat(TopicKey.matches("#.ASR", "a.b.ASR")).isTrue();
    assertThat(TopicKey.matches("*.ASR", "ASR")).isFalse();
    assertThat(TopicKey.matches("a.#.b", "a.b")).isTrue();
    assertThat(TopicKey.matches("a.*", "a.b.c")).isFalse();
    assertThat(TopicKey.matches("#", "")).isTrue();
  }
}
