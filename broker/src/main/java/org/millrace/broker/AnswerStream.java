package org.millrace.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker.Answer;
import org.millrace.engine.workers.WorkerBroker.Reader;
import org.millrace.engine.workers.WorkerBroker.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers of whatever session there is, given to a reader. What a dead session had handed over
 * comes again by itself; what the reader could not store is kept for a pause, without a thread, and
 * then put back into the queue. At most prefetch answers are here at a time.
 */
final class AnswerStream implements Link.Use, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerStream.class);
  private static final Duration READERS_MAY_FINISH = Duration.ofSeconds(5);
  private final RabbitConfig config;
  private final Troubles troubles;
  private final Reader reader;
  private final LinkedBlockingDeque<Optional<Delivery>> arrived = new LinkedBlockingDeque<>();
  private final LinkedBlockingQueue<Optional<Source>> stored = new LinkedBlockingQueue<>();
  private final DelayQueue<Postponed> postponed = new DelayQueue<>();
  private final List<Threads.Running> readers;
  private final Threads.Running acknowledger;
  private final Threads.Running returner;
  private volatile boolean closing;

  /** Where answers come from. */
  private record Source(Session session, Unacknowledged answers) {}

  /** An answer that is here. */
  private record Delivery(Source from, long tag, Answer answer) {
    boolean isOfUse() {
      return from.session.isOpen();
    }
  }

  private record Postponed(Delivery delivery, long until) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  AnswerStream(RabbitConfig config, Troubles troubles, Threads threads, Reader reader) {
    this.config = config;
    this.troubles = troubles;
    this.reader = reader;
    this.readers =
        IntStream.range(0, config.capacity().answerThreads())
            .mapToObj(i -> threads.start("broker-answers-" + i, this::readAll))
            .toList();
    this.acknowledger = threads.start("broker-answers-stored", this::acknowledgeAll);
    this.returner = threads.start("broker-answers-again", this::giveBack);
  }

  @Override
  public void begin(Session session) throws IOException {
    Channel channel = session.newChannel();
    var source = new Source(session, new Unacknowledged(channel));
    channel.basicQos(config.capacity().prefetch());
    channel.basicConsume(
        config.answerQueue(),
        false,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String consumer, Envelope envelope, BasicProperties properties, byte[] body) {
            var answer = new Answer(Optional.ofNullable(properties.getCorrelationId()), body);
            long tag = envelope.getDeliveryTag();
            source.answers.arrived(tag);
            arrived.add(Optional.of(new Delivery(source, tag, answer)));
          }

          @Override
          public void handleCancel(String consumer) {
            session.end(troubles.queueDeleted());
          }
        });
  }

  @Override
  public void ended(Cause why) {
    arrived.removeIf(next -> next.isPresent() && !next.get().isOfUse());
    postponed.removeIf(next -> !next.delivery.isOfUse());
  }

  private void readAll() {
    try {
      while (!closing) {
        Optional<Delivery> next = arrived.take();
        if (next.isPresent() && next.get().isOfUse()) {
          Delivery delivery = next.get();
          orEnd(delivery.from.session, () -> read(delivery));
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("a reader of answers stops");
    }
  }

  private void read(Delivery delivery) {
    switch (ask(delivery.answer)) {
      case STORED -> {
        delivery.from.answers.stored(delivery.tag);
        stored.add(Optional.of(delivery.from));
      }
      case AGAIN ->
          postponed.add(
              new Postponed(delivery, System.nanoTime() + config.patience().again().toNanos()));
    }
  }

  private Reading ask(Answer answer) {
    try {
      return reader.read(answer);
    } catch (InterruptedException _) {
      return Reading.AGAIN; // it was told to stop: the broker keeps the answer
    } catch (RuntimeException | Error defect) { // a reader that ends would end all reading
      LOG.error("an answer could not be read because of a defect; it is given again", defect);
      return Reading.AGAIN;
    }
  }

  /** Together what was stored together: each acknowledgement is a packet to the broker. */
  private void acknowledgeAll() {
    try {
      Optional<Source> next = stored.take();
      while (next.isPresent()) { // empty is the last
        Source from = next.get();
        orEnd(from.session, () -> acknowledge(from));
        next = stored.take();
      }
    } catch (InterruptedException _) {
      LOG.debug("nothing is acknowledged any more");
    }
  }

  private void acknowledge(Source from) throws IOException {
    stored.removeIf(next -> next.filter(from::equals).isPresent()); // this is for all of them
    from.answers.acknowledgeStored();
  }

  private void giveBack() {
    try {
      while (true) {
        Delivery delivery = postponed.take().delivery;
        orEnd(delivery.from.session, () -> delivery.from.answers.giveBack(delivery.tag));
      }
    } catch (InterruptedException _) {
      LOG.debug("nothing is given back any more");
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Where it fails the answer comes again, with the next session; the thread goes on. */
  private static void orEnd(Session session, Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException | Error fault) {
      session.end(fault);
    }
  }

  /**
   * Lets readers finish what they read, for a time; returns when none is called any more, and what
   * they stored is acknowledged, as far as the broker takes it.
   */
  @Override
  public void close() {
    closing = true;
    readers.forEach(_ -> arrived.addFirst(Optional.empty())); // wakes those who wait
    returner.interrupt();
    boolean interrupted = false;
    for (Threads.Running running : readers) {
      interrupted |= join(running);
    }
    stored.add(Optional.empty()); // the last
    interrupted |= join(acknowledger);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean join(Threads.Running running) {
    boolean interrupted = false;
    Duration most = READERS_MAY_FINISH;
    while (true) {
      try {
        if (running.join(most)) {
          return interrupted;
        }
        LOG.warn(
            "a thread of answers is busy for longer than {} s: it is told to stop",
            most.toSeconds());
      } catch (InterruptedException _) {
        interrupted = true; // whoever closes is in a hurry, but readers must be gone
      }
      running.interrupt();
    }
  }
}
