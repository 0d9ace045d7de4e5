package org.millrace.sdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends tasks straight to workers and waits for their answers, without a server: to try a worker
 * ({@code contracts/dane.md 6.9}). Nothing is stored anywhere. May be shared between threads.
 */
public final class RequestGenerator implements AutoCloseable {
  /** How its response queues begin: each is gone with it, and never declared again. */
  static final String REPLIES = "millrace-try-";

  private final Broker broker;
  private final Connection connection;
  private final Channel channel;
  private final String replies;
  private final Map<String, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();

  private RequestGenerator(Broker broker, Connection connection) throws IOException {
    this.broker = broker;
    this.connection = connection;
    this.channel = connection.createChannel();
    broker.declareExchange(channel);
    this.replies = REPLIES + UUID.randomUUID();
    channel.queueDeclare(replies, false, true, true, null);
    channel.addReturnListener(returned ->
        end(
            returned.getProperties().getCorrelationId(),
            new DaneException.Unroutable(
                "no worker's queue takes "
                    + returned.getRoutingKey()
                    + " at broker "
                    + broker
                    + ": start the worker first")));
    channel.addShutdownListener(signal ->
        waiting.keySet().forEach(id -> end(id, new ResourceUnreachable("the broker went away"))));
    channel.basicConsume(
        replies,
        true,
        (_, delivery) -> {
          CompletableFuture<String> asked =
              waiting.get(String.valueOf(delivery.getProperties().getCorrelationId()));
          if (asked != null) {
            asked.complete(new String(delivery.getBody(), StandardCharsets.UTF_8));
          }
        },
        _ -> {});
  }

  /**
   * Connects to the broker of the configuration.
   *
   * @throws ResourceUnreachable if it cannot be reached, or refuses
   */
  public static RequestGenerator connect(Config config) {
    Broker broker = Broker.of(config);
    try {
      Connection connection = broker.connect("millrace request generator");
      try {
        return new RequestGenerator(broker, connection);
      } catch (IOException | RuntimeException e) {
        connection.abort(1_000);
        throw e;
      }
    } catch (IOException e) {
      throw new ResourceUnreachable(
          "broker " + broker + " cannot be used: " + Broker.said(e) + " (see RABBITMQ.*)", e);
    }
  }

  /**
   * Sends a task as a server would, with routing key {@code <type>.<KEY>}, and waits.
   *
   * @throws DaneException.Unroutable if no queue takes it
   * @throws TimeoutException if no answer comes in time; the task stays in the worker's queue
   * @throws IllegalArgumentException if the answer is none
   * @throws ResourceUnreachable if the broker goes away
   */
  public Answer ask(Task task, Document document, Duration patience)
      throws TimeoutException, InterruptedException {
    ObjectNode message = Json.object();
    message.set("task", task.toJson());
    message.set("document", document.toJson());
    String routingKey = document.target().type().word() + "." + task.key();
    return Answer.fromJson(ask(routingKey, Json.write(message), patience));
  }

  /** Sends any text with any routing key, and returns the text that is answered. */
  public String ask(String routingKey, String message, Duration patience)
      throws TimeoutException, InterruptedException {
    String id = UUID.randomUUID().toString();
    CompletableFuture<String> asked = new CompletableFuture<>();
    waiting.put(id, asked);
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder().replyTo(replies).correlationId(id).build();
    try {
      synchronized (channel) {
        channel.basicPublish(
            broker.exchange(),
            routingKey,
            true,
            properties,
            message.getBytes(StandardCharsets.UTF_8));
      }
      return asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException | ShutdownSignalException e) {
      throw new ResourceUnreachable(
          "broker " + broker + " went away: " + e.getMessage(), new IOException(e));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException told) {
        throw told;
      }
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      TimeoutException told =
          new TimeoutException("no answer to " + routingKey + " within " + patience);
      told.initCause(e);
      throw told;
    } finally {
      waiting.remove(id);
    }
  }

  private void end(String id, RuntimeException why) {
    CompletableFuture<String> asked = waiting.get(id);
    if (asked != null) {
      asked.completeExceptionally(why);
    }
  }

  /** Gives up connection and response queue. */
  @Override
  public void close() {
    connection.abort(1_000);
  }
}
