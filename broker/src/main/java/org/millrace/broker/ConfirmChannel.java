package org.millrace.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.millrace.engine.workers.WorkerBroker.Message;

/**
 * One channel in confirm mode and the only thread that writes to it: numbers must be given in the
 * order of writing, and with a thread nobody needs a lock while the network is slow.
 */
final class ConfirmChannel {
  private static final int PERSISTENT = 2;
  private final Channel channel;
  private final String answerQueue;
  private final BlockingQueue<Pending> waiting = new LinkedBlockingQueue<>();
  private final ConcurrentSkipListMap<Long, Pending> unconfirmed = new ConcurrentSkipListMap<>();

  ConfirmChannel(Channel channel, String answerQueue, Returns returns) throws IOException {
    this.channel = channel;
    this.answerQueue = answerQueue;
    channel.addConfirmListener(
        (number, upTo) -> confirm(number, upTo, Pending::confirmed),
        (number, upTo) -> confirm(number, upTo, Pending::refused));
    channel.addReturnListener((code, text, exchange, key, properties, _) ->
        returns.returned(
            new Pending.Route(exchange, key, String.valueOf(properties.getCorrelationId())),
            code,
            text));
    channel.confirmSelect();
  }

  /** Who knows the messages under way by what a return says of them. */
  interface Returns {
    void returned(Pending.Route route, int code, String text);
  }

  private void confirm(long number, boolean upTo, Consumer<Pending> tell) {
    Map<Long, Pending> confirmed =
        upTo ? unconfirmed.headMap(number, true) : unconfirmed.subMap(number, true, number, true);
    confirmed.keySet().stream().toList().stream()
        .map(unconfirmed::remove)
        .filter(pending -> pending != null)
        .forEach(tell);
  }

  /** Has it written as soon as those before it are. Bounded by whoever calls. */
  void add(Pending pending) {
    waiting.add(pending);
  }

  /** Writes what is added until it is interrupted or the channel fails. */
  void write() throws IOException, InterruptedException {
    while (true) {
      Pending next = waiting.take();
      if (next.send()) {
        unconfirmed.put(channel.getNextPublishSeqNo(), next);
        write(next.message());
      }
    }
  }

  private void write(Message message) throws IOException {
    var properties = // these and no others: contracts/dane.md 3.4
        new BasicProperties.Builder()
            .deliveryMode(PERSISTENT)
            .replyTo(answerQueue)
            .correlationId(message.correlationId())
            .priority(message.priority())
            .build();
    channel.basicPublish(
        message.exchange(), message.routingKey(), true, properties, message.body());
  }
}
