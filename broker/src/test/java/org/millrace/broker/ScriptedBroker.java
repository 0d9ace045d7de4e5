package org.millrace.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.AMQContentHeader;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.Method;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A peer that speaks AMQP 0-9-1 and keeps nothing: it says of each message what the test tells it
 * to, in orders and at moments to which no real broker can be brought.
 */
final class ScriptedBroker implements AutoCloseable {
  private static final int LONGEST_FRAME = 131_072;

  /** What is said of a message when it has come in whole. */
  @FunctionalInterface
  interface Script {
    void on(Message message) throws IOException;
  }

  /**
   * A message that came in.
   *
   * @param number by which its channel counts it, from 1
   */
  record Message(
      Peer peer,
      int channel,
      long number,
      String exchange,
      String key,
      BasicProperties properties) {

    void confirm() throws IOException {
      confirm(number, false);
    }

    /** Says yes to this number, or to all up to it, whether this is their message or not. */
    void confirm(long which, boolean upTo) throws IOException {
      peer.say(channel, new AMQP.Basic.Ack.Builder().deliveryTag(which).multiple(upTo).build());
    }

    void refuse(boolean upTo) throws IOException {
      peer.say(channel, new AMQP.Basic.Nack.Builder().deliveryTag(number).multiple(upTo).build());
    }

    void giveBack(int code, String why) throws IOException {
      giveBack(code, why, properties);
    }

    void giveBack(int code, String why, BasicProperties of) throws IOException {
      peer.say(
          channel,
          new AMQP.Basic.Return.Builder()
              .replyCode(code)
              .replyText(why)
              .exchange(exchange)
              .routingKey(key)
              .build(),
          of,
          new byte[0]);
    }
  }

  private final ServerSocket server;
  private final List<Peer> peers = new CopyOnWriteArrayList<>();

  /** Every method that was called on it, by its name, with what matters of it. */
  final List<String> heard = new CopyOnWriteArrayList<>();

  /** Messages that came in. */
  final AtomicInteger messages = new AtomicInteger();

  /** What is said of the next messages. */
  volatile Script script = Message::confirm;

  /** The name of something whose declaration is refused. */
  volatile String refused = "";

  /** Greatest number of channels of a connection; 0: any. */
  volatile int channels;

  ScriptedBroker() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("scripted-broker").start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** How many connections were made to it. */
  int connections() {
    return peers.size();
  }

  /** The connection that was made last and does this. */
  Peer last(String kind) {
    return peers.reversed().stream()
        .filter(peer -> peer.name.endsWith(kind))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nobody connected for " + kind));
  }

  private void accept() {
    try {
      while (true) {
        var peer = new Peer(server.accept());
        peers.add(peer);
        Thread.ofVirtual().name("scripted-peer").start(peer::serve);
      }
    } catch (IOException _) {
      // closed
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Peer peer : peers) {
      peer.drop();
    }
  }

  /** One connection. */
  final class Peer {
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Map<Integer, Long> published = new HashMap<>();
    private final Map<String, Integer> consumers = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<Long> unsettled = new ConcurrentSkipListSet<>();
    private volatile String name = "";

    private Peer(Socket socket) throws IOException {
      this.socket = socket;
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    private void serve() {
      try {
        in.readNBytes(8);
        say(
            0,
            new AMQP.Connection.Start.Builder()
                .versionMajor(0)
                .versionMinor(9)
                .serverProperties(Map.of("capabilities", Map.of("connection.blocked", true)))
                .mechanisms("PLAIN")
                .locales("en_US")
                .build());
        while (true) {
          Frame frame = next();
          if (frame.getType() == AMQP.FRAME_METHOD) {
            on(frame.getChannel(), AMQImpl.readMethodFrom(frame.getInputStream()));
          }
        }
      } catch (IOException _) {
        drop();
      }
    }

    private Frame next() throws IOException {
      return Frame.readFrom(in, () -> LONGEST_FRAME);
    }

    private void on(int channel, Method method) throws IOException {
      heard.addAll(told(method));
      switch (method) {
        case AMQImpl.Connection.StartOk start -> {
          name = String.valueOf(start.getClientProperties().get("connection_name"));
          say(
              0,
              new AMQP.Connection.Tune.Builder()
                  .channelMax(channels)
                  .frameMax(LONGEST_FRAME)
                  .heartbeat(0)
                  .build());
        }
        case AMQImpl.Connection.Open _ -> say(0, new AMQP.Connection.OpenOk.Builder().build());
        case AMQImpl.Connection.Close _ -> say(0, new AMQP.Connection.CloseOk.Builder().build());
        case AMQImpl.Channel.Open _ -> say(channel, new AMQP.Channel.OpenOk.Builder().build());
        case AMQImpl.Channel.Close _ -> say(channel, new AMQP.Channel.CloseOk.Builder().build());
        case AMQImpl.Exchange.Declare declare when declare.getExchange().equals(refused) ->
            closeChannel(channel, AMQP.ACCESS_REFUSED, "ACCESS_REFUSED - " + refused);
        case AMQImpl.Exchange.Declare _ ->
            say(channel, new AMQP.Exchange.DeclareOk.Builder().build());
        case AMQImpl.Queue.Declare declare when declare.getQueue().equals(refused) ->
            closeChannel(channel, AMQP.PRECONDITION_FAILED, "PRECONDITION_FAILED - " + refused);
        case AMQImpl.Queue.Declare declare ->
            say(
                channel,
                new AMQP.Queue.DeclareOk.Builder()
                    .queue(declare.getQueue())
                    .messageCount(0)
                    .consumerCount(0)
                    .build());
        case AMQImpl.Confirm.Select _ -> say(channel, new AMQP.Confirm.SelectOk.Builder().build());
        case AMQImpl.Basic.Qos _ -> say(channel, new AMQP.Basic.QosOk.Builder().build());
        case AMQImpl.Basic.Consume _ -> {
          String tag = "consumer-" + channel;
          say(channel, new AMQP.Basic.ConsumeOk.Builder().consumerTag(tag).build());
          consumers.put(tag, channel);
        }
        case AMQImpl.Basic.Publish publish -> {
          Message message = whole(channel, publish);
          messages.incrementAndGet();
          script.on(message);
        }
        default -> {} // needs no answer
      }
    }

    private List<String> told(Method method) {
      return switch (method) {
        case AMQImpl.Basic.Ack ack -> acknowledged(ack).stream().map(tag -> "ack " + tag).toList();
        case AMQImpl.Basic.Nack nack -> {
          unsettled.remove(nack.getDeliveryTag());
          yield List.of("nack " + nack.getDeliveryTag() + (nack.getRequeue() ? " requeue" : ""));
        }
        default -> List.of(method.protocolMethodName());
      };
    }

    private List<Long> acknowledged(AMQImpl.Basic.Ack ack) {
      long last = ack.getDeliveryTag();
      List<Long> tags =
          ack.getMultiple() ? List.copyOf(unsettled.headSet(last, true)) : List.of(last);
      tags.forEach(unsettled::remove);
      return tags;
    }

    private Message whole(int channel, AMQImpl.Basic.Publish publish) throws IOException {
      AMQContentHeader header = AMQImpl.readContentHeaderFrom(next().getInputStream());
      long left = header.getBodySize();
      while (left > 0) {
        left -= next().getPayload().length;
      }
      long number = published.merge(channel, 1L, Long::sum);
      return new Message(
          this,
          channel,
          number,
          publish.getExchange(),
          publish.getRoutingKey(),
          (BasicProperties) header);
    }

    // What it says by itself

    void say(int channel, com.rabbitmq.client.Method method) throws IOException {
      say(channel, method, null, new byte[0]);
    }

    private synchronized void say(
        int channel,
        com.rabbitmq.client.Method method,
        @Nullable BasicProperties properties,
        byte[] body)
        throws IOException {
      ((Method) method).toFrame(channel).writeTo(out);
      if (properties != null) {
        properties.toFrame(channel, body.length).writeTo(out);
        if (body.length > 0) {
          Frame.fromBodyFragment(channel, ByteBuffer.wrap(body), 0, body.length).writeTo(out);
        }
      }
      out.flush();
    }

    void block(String why) throws IOException {
      say(0, new AMQP.Connection.Blocked.Builder().reason(why).build());
    }

    void unblock() throws IOException {
      say(0, new AMQP.Connection.Unblocked.Builder().build());
    }

    void closeConnection(int code, String why) throws IOException {
      say(
          0,
          new AMQP.Connection.Close.Builder()
              .replyCode(code)
              .replyText(why)
              .classId(0)
              .methodId(0)
              .build());
    }

    void closeChannel(int channel, int code, String why) throws IOException {
      say(
          channel,
          new AMQP.Channel.Close.Builder()
              .replyCode(code)
              .replyText(why)
              .classId(0)
              .methodId(0)
              .build());
    }

    boolean isConsumed() {
      return !consumers.isEmpty();
    }

    /** Hands an answer to the consumer. */
    void deliver(long tag, Optional<String> correlationId) throws IOException {
      unsettled.add(tag);
      var properties = new BasicProperties.Builder();
      correlationId.ifPresent(properties::correlationId);
      String consumer = consumers.keySet().iterator().next();
      say(
          consumers.getOrDefault(consumer, 0),
          new AMQP.Basic.Deliver.Builder()
              .consumerTag(consumer)
              .deliveryTag(tag)
              .redelivered(false)
              .exchange("")
              .routingKey("answers")
              .build(),
          properties.build(),
          new byte[] {1});
    }

    /** Its queue was deleted. */
    void cancelConsumer() throws IOException {
      String consumer = consumers.keySet().iterator().next();
      say(
          consumers.getOrDefault(consumer, 0),
          new AMQP.Basic.Cancel.Builder().consumerTag(consumer).nowait(true).build());
      consumers.remove(consumer);
    }

    /** The connection breaks, without a word. */
    void drop() {
      consumers.clear();
      try {
        socket.close();
      } catch (IOException _) {
        // it is gone all the same
      }
    }
  }
}
