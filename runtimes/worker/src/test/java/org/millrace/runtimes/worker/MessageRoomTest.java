package org.millrace.runtimes.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.testkit.runtime.TestAttempt;
import org.millrace.testkit.runtime.Waiting;

/** What many large messages at once take of the memory. */
@Timeout(60)
class MessageRoomTest {
  private static final RuntimeName NAME = new RuntimeName("dane");
  private static final byte[] LARGEST = new byte[WorkerBroker.LONGEST_MESSAGE];
  private static final int LARGEST_AT_ONCE = 4; // 64 MiB

  private final Busy broker = new Busy();
  private final Spoken spoken = new Spoken();
  private final WorkerRuntime runtime =
      new WorkerRuntime(
          NAME,
          broker,
          List.of(spoken),
          WorkerTimes.DEFAULT,
          new NoThreads(),
          () -> Instant.EPOCH.plusSeconds(3_600));
  private final List<Thread> starting = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    starting.forEach(Thread::interrupt);
    for (Thread thread : starting) {
      thread.join();
    }
  }

  @Test
  void messages_that_wait_for_the_broker_are_bounded_in_sum() throws Exception {
    broker.open = new CountDownLatch(1);
    for (int i = 0; i <= LARGEST_AT_ONCE; i++) {
      start();
    }
    awaitAllWaiting(broker.inside, LARGEST_AT_ONCE);

    broker.open.countDown();
    Waiting.until(() -> broker.published.get() == LARGEST_AT_ONCE + 1);
  }

  @Test
  void a_small_message_goes_by_large_ones_that_leave_it_room() throws Exception {
    broker.open = new CountDownLatch(1);
    for (int i = 1; i < LARGEST_AT_ONCE; i++) {
      start();
    }
    awaitAllWaiting(broker.inside, LARGEST_AT_ONCE - 1);
    spoken.body = new byte[1];
    broker.open = new CountDownLatch(0);

    runtime.start(anAttempt());

    assertThat(broker.published.get()).isOne();
  }

  @Test
  void so_many_messages_are_made_at_once_as_their_protocol_says() throws Exception {
    spoken.mayGoOn = new CountDownLatch(1);
    for (int i = 0; i <= Spoken.AT_ONCE; i++) {
      start();
    }
    awaitAllWaiting(spoken.inside, Spoken.AT_ONCE);

    spoken.mayGoOn.countDown();
    Waiting.until(() -> broker.published.get() == Spoken.AT_ONCE + 1);
  }

  /** Otherwise every attempt that begins could wait with a message in its hands. */
  @Test
  void whoever_waits_for_room_is_still_making_its_message() throws Exception {
    broker.open = new CountDownLatch(1);
    for (int i = 0; i < LARGEST_AT_ONCE + Spoken.AT_ONCE + 1; i++) {
      start();
    }
    awaitAllWaiting(spoken.made, LARGEST_AT_ONCE + Spoken.AT_ONCE);
  }

  @Test
  void whoever_waits_can_be_interrupted_and_takes_nothing_with_it() throws Exception {
    broker.open = new CountDownLatch(1);
    for (int i = 0; i < LARGEST_AT_ONCE + Spoken.AT_ONCE + 1; i++) {
      start();
    }
    awaitAllWaiting(spoken.made, LARGEST_AT_ONCE + Spoken.AT_ONCE);
    end();
    broker.open = new CountDownLatch(0);

    for (int i = 0; i < LARGEST_AT_ONCE + Spoken.AT_ONCE + 1; i++) {
      runtime.start(anAttempt());
    }
    assertThat(broker.published.get()).isEqualTo(LARGEST_AT_ONCE + Spoken.AT_ONCE + 1);
  }

  @Test
  void room_is_given_back_whatever_becomes_of_a_message() throws Exception {
    var attempt = anAttempt();
    for (int i = 0; i <= LARGEST_AT_ONCE; i++) {
      broker.defect = Optional.of(new IllegalStateException("a defect"));
      assertThat(catchThrowableOfType(IllegalStateException.class, () -> runtime.start(attempt)))
          .isNotNull();
      broker.defect = Optional.empty();
      spoken.isGone = true;
      assertThat(catchThrowableOfType(AttemptFailed.class, () -> runtime.start(attempt)))
          .isNotNull();
      spoken.isGone = false;
    }
    runtime.start(attempt);
    assertThat(broker.published.get()).isOne();
  }

  private static TestAttempt anAttempt() {
    return new TestAttempt(
        NAME, new WorkerWork("spoken", "r", "A", "j", new Value.Fields(Map.of())));
  }

  private void start() {
    starting.add(
        Thread.startVirtualThread(() -> {
          try {
            runtime.start(anAttempt());
          } catch (InterruptedException | AttemptFailed _) {
            Thread.currentThread().interrupt();
          }
        }));
  }

  /** Then so many have come there, and none of the others gets any further by itself. */
  private void awaitAllWaiting(AtomicInteger there, int many) throws Exception {
    Waiting.until(() ->
        there.get() >= many
            && starting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
    assertThat(there.get()).isEqualTo(many);
  }

  /** Takes messages while it is open. */
  private static final class Busy implements WorkerBroker {
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger published = new AtomicInteger();
    private volatile CountDownLatch open = new CountDownLatch(0);
    private volatile Optional<IllegalStateException> defect = Optional.empty();

    @Override
    public Published publish(Message message) throws InterruptedException {
      inside.incrementAndGet();
      open.await();
      if (defect.isPresent()) {
        throw defect.get();
      }
      published.incrementAndGet();
      return new Published.Confirmed();
    }

    @Override
    public Subscription readAnswers(Reader reader) {
      throw new AssertionError("no answers are read");
    }

    @Override
    public Optional<List<WorkerQueue>> queues() {
      return Optional.empty();
    }

    @Override
    public OptionalLong answersWaiting() {
      return OptionalLong.empty();
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
      // nothing is open
    }
  }

  /** Makes two messages at once, which are as large as they may be. */
  private static final class Spoken implements WorkerProtocol {
    private static final int AT_ONCE = 2;

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private volatile CountDownLatch mayGoOn = new CountDownLatch(0);
    private volatile byte[] body = LARGEST;
    private volatile boolean isGone;

    @Override
    public String name() {
      return "spoken";
    }

    @Override
    public String exchange() {
      return "x";
    }

    @Override
    public int madeAtOnce() {
      return AT_ONCE;
    }

    @Override
    public Message encode(AttemptOrder order, WorkerWork work) throws AttemptFailed {
      if (isGone) {
        throw new AttemptFailed(new Outcome.WorkRefused(new Cause("gone", "it is gone", "")));
      }
      inside.incrementAndGet();
      try {
        mayGoOn.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      made.incrementAndGet();
      return new Message(exchange(), work.route(), order.task() + ".1", 5, body);
    }

    @Override
    public Optional<Addressee> addressee(String correlationId) {
      return Optional.empty();
    }

    @Override
    public Decoded decode(byte[] answer) {
      throw new AssertionError("no answers are read");
    }
  }

  private static final class NoThreads implements Threads {
    @Override
    public Running start(String name, Runnable body) {
      throw new AssertionError("no thread is needed");
    }

    @Override
    public void sleep(Duration duration) {
      throw new AssertionError("nothing is to be waited for");
    }

    @Override
    public Bell bell() {
      throw new AssertionError("no bell is needed");
    }
  }
}
