package org.millrace.runtimes.worker;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.workers.WorkerBroker;

/** Says what a test told it to say. */
final class ScriptedBroker implements WorkerBroker {
  final List<Message> published = new ArrayList<>();
  final Deque<Published> says = new ArrayDeque<>();
  Optional<List<WorkerQueue>> queues = Optional.empty();
  Instant boundAnewSince = Instant.EPOCH;
  Optional<Cause> trouble = Optional.empty();
  OptionalLong answersWaiting = OptionalLong.of(0);
  Runnable afterPublish = () -> {};
  Runnable asking = () -> {};
  int asked;

  @Override
  public Published publish(Message message) {
    published.add(message);
    afterPublish.run();
    return says.isEmpty() ? new Published.Confirmed() : says.removeFirst();
  }

  @Override
  public Subscription readAnswers(Reader reader) {
    throw new AssertionError("the runtime reads no answers");
  }

  @Override
  public Optional<List<WorkerQueue>> queues() {
    asked++;
    asking.run();
    return queues;
  }

  @Override
  public OptionalLong answersWaiting() {
    return answersWaiting;
  }

  @Override
  public Instant boundAnewSince() {
    return boundAnewSince;
  }

  @Override
  public Optional<Cause> trouble() {
    return trouble;
  }

  @Override
  public void close() {
    // nothing is open
  }
}
