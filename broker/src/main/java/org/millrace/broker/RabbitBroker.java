package org.millrace.broker;

import com.rabbitmq.client.ConnectionFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker;

/**
 * Workers' queues on RabbitMQ, or any broker that speaks AMQP 0-9-1. Connects by itself, and again
 * whenever the connection is lost, with pauses that grow to a limit and are spread.
 */
public final class RabbitBroker implements WorkerBroker {
  private static final int HEARTBEAT_SECONDS = 10;
  // As much as RabbitMQ lets anybody send by default: a longer answer would end the connection,
  // come again, and end it again.
  private static final int LONGEST_ANSWER = 128 << 20;
  private static final int HIGHEST_PRIORITY = 10;
  private final RabbitConfig config;
  private final Threads threads;
  private final Troubles troubles;
  private final ExecutorService dispatch;
  private final ConnectionFactory factory;
  private final Publishing publishing;
  private final Link publishingLink;
  private final Optional<ManagementApi> management;
  private final Inquiry queues;
  private final Inquiry answersWaiting;
  private final AtomicReference<@Nullable Answers> answers = new AtomicReference<>();
  private final AtomicBoolean reading = new AtomicBoolean();

  private record Answers(AnswerStream stream, Link link) {}

  /**
   * Begins to connect and returns at once.
   *
   * @throws IllegalArgumentException if the file of trusted authorities cannot be used
   */
  public RabbitBroker(RabbitConfig config, Threads threads, InstantSource clock) {
    this.config = config;
    this.threads = threads;
    this.troubles = new Troubles(config);
    this.management = config.management().map(address -> new ManagementApi(config, address));
    this.queues = new Inquiry(config.where(), "its queues");
    this.answersWaiting = new Inquiry(config.where(), "its answers");
    this.dispatch = Executors.newVirtualThreadPerTaskExecutor();
    this.factory = factory(config, dispatch);
    this.publishing = new Publishing(config, troubles, threads, clock);
    this.publishingLink = link("publishing", publishing);
  }

  private Link link(String name, Link.Use use) {
    return new Link(name, factory, config, troubles, threads, use);
  }

  private static ConnectionFactory factory(RabbitConfig config, ExecutorService dispatch) {
    // One thread reads each of the few connections, packet by packet: it need not give way.
    ThreadFactory platform = Thread.ofPlatform().daemon().name("broker-connection-", 0).factory();
    int patience = Math.toIntExact(config.patience().connect().toMillis());
    var factory = new ConnectionFactory();
    factory.setHost(config.host());
    factory.setPort(config.port());
    factory.setVirtualHost(config.virtualHost());
    factory.setUsername(config.account().user());
    factory.setPassword(config.account().password());
    factory.setAutomaticRecoveryEnabled(false); // a Link does it, and redeclares
    factory.setTopologyRecoveryEnabled(false);
    factory.setConnectionTimeout(patience);
    factory.setHandshakeTimeout(patience);
    factory.setChannelRpcTimeout(patience);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setMaxInboundMessageBodySize(LONGEST_ANSWER);
    factory.setThreadFactory(platform);
    factory.setSharedExecutor(dispatch);
    config.tls().ifPresent(tls -> encrypt(factory, Trust.of(tls)));
    return factory;
  }

  private static void encrypt(ConnectionFactory factory, SSLContext trust) {
    factory.useSslProtocol(trust);
    factory.enableHostnameVerification();
  }

  @Override
  public Published publish(Message message) throws InterruptedException {
    if (!config.exchanges().contains(message.exchange())) {
      throw new IllegalArgumentException(
          "exchange " + message.exchange() + " is none of " + config.exchanges());
    }
    if (message.priority() < 0 || message.priority() > HIGHEST_PRIORITY) {
      throw new IllegalArgumentException("a priority is 0 to 10, not " + message.priority());
    }
    return publishing.publish(message, publishingLink);
  }

  /** Waits for the first connection; false if it takes longer or cannot be had. */
  boolean awaitConnected(Duration most) throws InterruptedException {
    return publishing.awaitOpen(publishingLink, System.nanoTime() + most.toNanos());
  }

  @Override
  public Subscription readAnswers(Reader reader) {
    if (!reading.compareAndSet(false, true)) {
      throw new IllegalStateException("answers of " + config.where() + " are read already");
    }
    var stream = new AnswerStream(config, troubles, threads, reader);
    var opened = new Answers(stream, link("answers", stream));
    answers.set(opened);
    return () -> {
      if (answers.compareAndSet(opened, null)) {
        close(opened);
        reading.set(false);
      }
    };
  }

  private static void close(Answers opened) {
    opened.stream.close(); // first: what readers finish is still acknowledged
    opened.link.close();
  }

  @Override
  public Optional<List<WorkerQueue>> queues() throws InterruptedException {
    return management.isPresent() ? queues.ask(management.get()::queues) : Optional.empty();
  }

  @Override
  public OptionalLong answersWaiting() throws InterruptedException {
    Optional<Long> told =
        management.isPresent() ? answersWaiting.ask(management.get()::answers) : Optional.empty();
    return told.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  @Override
  public Instant boundAnewSince() {
    return publishing.openedAt();
  }

  @Override
  public Optional<Cause> trouble() {
    Answers opened = answers.get();
    return publishingLink
        .trouble()
        .or(() -> opened == null ? Optional.empty() : opened.link.trouble());
  }

  @Override
  public void close() {
    Answers opened = answers.getAndSet(null);
    if (opened != null) {
      close(opened);
    }
    publishingLink.close();
    management.ifPresent(ManagementApi::close);
    dispatch.shutdownNow();
  }
}
