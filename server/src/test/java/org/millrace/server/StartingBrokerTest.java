package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.millrace.testkit.runtime.Waiting;

/** A broker is away until it is open, and nobody waits for it. */
@Timeout(60)
class StartingBrokerTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Message MESSAGE = new Message("exchange", "a.B", "id", 1, new byte[0]);

  private final CountDownLatch mayOpen = new CountDownLatch(1);
  private final Ready ready = new Ready();
  private final StartingBroker broker =
      new StartingBroker(
          () -> {
            mayOpen.await();
            return ready;
          },
          () -> NOON);

  @Test
  void is_away_until_it_is_open() throws Exception {
    broker.start();

    assertThat(broker.trouble()).map(Cause::code).contains("broker-starting");
    assertThat(broker.publish(MESSAGE)).isInstanceOf(Published.Unknown.class);
    assertThat(broker.queues()).isEmpty();
    assertThat(broker.boundAnewSince()).isEqualTo(NOON);

    mayOpen.countDown();
    broker.awaitOpen();

    assertThat(broker.trouble()).isEmpty();
    assertThat(broker.publish(MESSAGE)).isInstanceOf(Published.Confirmed.class);
    assertThat(broker.queues()).contains(List.of());
    assertThat(broker.boundAnewSince()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void answers_are_read_as_soon_as_it_is_open_and_until_that_is_ended() throws Exception {
    broker.start();
    WorkerBroker.Subscription reading = broker.readAnswers(_ -> Reading.STORED);
    assertThat(ready.readers).hasValue(0);

    mayOpen.countDown();
    Waiting.until(() -> ready.readers.get() == 1);

    reading.close();
    assertThat(ready.readers).hasValue(0);
  }

  @Test
  void answers_are_read_no_more_if_that_is_ended_while_it_begins() throws Exception {
    ready.mayRead = new CountDownLatch(1);
    broker.start();
    WorkerBroker.Subscription reading = broker.readAnswers(_ -> Reading.STORED);
    mayOpen.countDown();
    Waiting.until(() -> ready.readers.get() == 1);

    Thread ends = Thread.ofVirtual().start(reading::close);
    Waiting.until(() -> ends.getState() == Thread.State.WAITING || !ends.isAlive());
    ready.mayRead.countDown();
    ends.join();

    assertThat(ready.readers).hasValue(0);
  }

  @Test
  void why_it_cannot_be_opened_is_told_to_who_waits() {
    var failing =
        new StartingBroker(
            () -> {
              throw new IllegalStateException("broker.port: taken");
            },
            () -> NOON);
    failing.start();

    assertThatThrownBy(failing::awaitOpen).hasMessage("broker.port: taken");
    assertThat(failing.trouble()).isPresent();
    failing.close();
  }

  @Test
  void closing_ends_the_opening_or_what_was_opened() throws Exception {
    broker.start();
    broker.close();
    assertThat(ready.closed).isZero();
    assertThatThrownBy(broker::awaitOpen).isInstanceOf(IllegalStateException.class);

    mayOpen.countDown();
    var other = new StartingBroker(() -> ready, () -> NOON);
    other.start();
    other.start();
    other.awaitOpen();
    other.close();
    assertThat(ready.closed).isEqualTo(1);
  }

  @Test
  void what_was_never_started_is_closed_at_once_and_never_starts() {
    broker.close();
    broker.start();

    assertThat(broker.trouble()).isPresent();
  }

  /** One that is open. */
  private static final class Ready implements WorkerBroker {
    final AtomicInteger readers = new AtomicInteger();
    CountDownLatch mayRead = new CountDownLatch(0);
    int closed;

    @Override
    public Published publish(Message message) {
      return new Published.Confirmed();
    }

    @Override
    public Subscription readAnswers(Reader reader) {
      readers.incrementAndGet();
      try {
        mayRead.await();
      } catch (InterruptedException ended) {
        throw new IllegalStateException(ended);
      }
      return readers::decrementAndGet;
    }

    @Override
    public Optional<List<WorkerQueue>> queues() {
      return Optional.of(List.of());
    }

    @Override
    public OptionalLong answersWaiting() {
      return OptionalLong.of(3);
    }

    @Override
    public Instant boundAnewSince() {
      return Instant.EPOCH;
    }

    @Override
    public Optional<Cause> trouble() {
      return Optional.empty();
    }

    @Override
    public void close() {
      closed++;
    }
  }
}
