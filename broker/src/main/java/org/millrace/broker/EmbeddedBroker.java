package org.millrace.broker;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker;

/**
 * Workers' queues on a broker in this process, Apache Qpid Broker-J, so that nobody needs to
 * install one. Workers connect to it as to RabbitMQ. Messages and queues are on disk: none that was
 * confirmed is lost when this process ends, however it ends.
 *
 * <p>What differs from RabbitMQ: {@code x-max-priority} is accepted and has no effect, so that a
 * queue hands out in the order of arrival; a message may have {@value #LONGEST_MESSAGE} bytes.
 */
public final class EmbeddedBroker implements WorkerBroker {
  static final String OWN_USER = "millrace";
  static final int LONGEST_MESSAGE = 32 << 20;

  private static final Duration OWN_CONNECTION = Duration.ofMinutes(1);
  private final EmbeddedConfig config;
  private final QpidServer server;
  private final RabbitBroker carriage;
  private final Account account;
  private final Inquiry queues;
  private final Inquiry answersWaiting;

  private EmbeddedBroker(
      EmbeddedConfig config, QpidServer server, RabbitBroker carriage, Account account) {
    this.account = account;
    this.config = config;
    this.server = server;
    this.carriage = carriage;
    String where = config.address() + ":" + server.port();
    this.queues = new Inquiry(where, "its queues");
    this.answersWaiting = new Inquiry(where, "its answers");
  }

  /**
   * Starts it; returns when workers can connect, after 1 to 3 s.
   *
   * @throws CannotListen if the port is taken
   * @throws IllegalStateException if the messages on disk cannot be opened
   */
  public static EmbeddedBroker open(EmbeddedConfig config, Threads threads, InstantSource clock)
      throws InterruptedException {
    var account = new Account(OWN_USER, randomPassword());
    QpidServer server = QpidServer.start(config, account.password());
    var carriage = new RabbitBroker(loopback(config, server, account), threads, clock);
    var broker = new EmbeddedBroker(config, server, carriage, account);
    try {
      if (carriage.awaitConnected(OWN_CONNECTION)) {
        return broker;
      }
    } catch (InterruptedException stopped) {
      broker.close();
      throw stopped;
    }
    String why = carriage.trouble().map(Cause::toString).orElse("no reason is known");
    broker.close();
    throw new IllegalStateException("the embedded broker does not let this server in: " + why);
  }

  /**
   * Whether it could listen: opening takes seconds, and a port that is taken can be told before.
   *
   * @throws CannotListen if the port is taken
   */
  public static void tryPort(EmbeddedConfig config) {
    QpidServer.tryPort(config);
  }

  private static RabbitConfig loopback(EmbeddedConfig config, QpidServer server, Account account) {
    String address = config.address();
    boolean any = address.equals("0.0.0.0") || address.equals("::") || address.equals("*");
    return new RabbitConfig(
        any ? "127.0.0.1" : address,
        server.port(),
        Optional.empty(),
        "/",
        account,
        config.exchanges(),
        config.answerQueue(),
        Optional.empty(),
        config.capacity(),
        config.patience());
  }

  private static String randomPassword() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The account that may do anything; for tests. */
  Account ownAccount() {
    return account;
  }

  /** The port that it listens on. */
  int port() {
    return server.port();
  }

  /** Where workers connect to it. */
  public URI listening() {
    return uri(config.address(), server.port());
  }

  /** As other URIs have it: an address of IPv6 in brackets, whether or not it came in them. */
  static URI uri(String address, int port) {
    String bare = address.replaceAll("[\\[\\]]", "").replace("*", "0.0.0.0");
    return URI.create("amqp://" + (bare.contains(":") ? "[" + bare + "]" : bare) + ":" + port);
  }

  @Override
  public Published publish(Message message) throws InterruptedException {
    return carriage.publish(message);
  }

  @Override
  public Subscription readAnswers(Reader reader) {
    return carriage.readAnswers(reader);
  }

  @Override
  public Optional<List<WorkerQueue>> queues() throws InterruptedException {
    return queues.ask(() -> server.queues(config.exchanges()));
  }

  @Override
  public OptionalLong answersWaiting() throws InterruptedException {
    return answersWaiting
        .ask(() -> server.messages(config.answerQueue()))
        .orElseGet(OptionalLong::empty);
  }

  @Override
  public Instant boundAnewSince() {
    return carriage.boundAnewSince();
  }

  @Override
  public Optional<Cause> trouble() {
    return carriage.trouble();
  }

  @Override
  public void close() {
    carriage.close();
    server.close();
  }
}
