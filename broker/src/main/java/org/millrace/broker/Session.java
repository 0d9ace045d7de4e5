package org.millrace.broker;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its first byte to its last, with everything declared. Whatever ends on it,
 * ends it: whoever keeps sessions opens another. Thread-safe.
 */
final class Session implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final int SHUTDOWN_MILLIS = 2_000;
  private final Connection connection;
  private final Troubles troubles;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicReference<@Nullable Cause> end = new AtomicReference<>();
  private volatile @Nullable Cause blocked;

  private Session(Connection connection, Troubles troubles) {
    this.connection = connection;
    this.troubles = troubles;
  }

  /** Connects and declares: contracts/dane.md 3.2. Waits as long as the config says. */
  static Session open(
      ConnectionFactory factory, String name, RabbitConfig config, Troubles troubles)
      throws BrokerAway {
    Connection connection;
    try {
      connection = factory.newConnection(name);
    } catch (IOException | TimeoutException | RuntimeException fault) {
      throw new BrokerAway(troubles.of(fault), fault);
    }
    var session = new Session(connection, troubles);
    connection.addShutdownListener(signal -> session.end(troubles.of(signal)));
    connection.addBlockedListener(
        new BlockedListener() {
          @Override
          public void handleBlocked(String reason) {
            session.blocked = troubles.blocked(reason);
          }

          @Override
          public void handleUnblocked() {
            session.blocked = null;
          }
        });
    try {
      session.declare(config);
    } catch (IOException | RuntimeException fault) {
      session.close();
      throw new BrokerAway(troubles.of(fault), fault);
    }
    return session;
  }

  private void declare(RabbitConfig config) throws IOException {
    Channel channel = newChannel();
    for (String exchange : config.exchanges()) {
      channel.exchangeDeclare(exchange, "topic", false, false, null);
    }
    channel.queueDeclare(config.answerQueue(), true, false, false, null);
    channel.abort();
  }

  /** A channel whose end is the session's end, unless {@code abort}ed by us. */
  Channel newChannel() throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    channel.addShutdownListener(this::channelEnded);
    return channel;
  }

  private void channelEnded(ShutdownSignalException signal) {
    if (!signal.isInitiatedByApplication()) {
      end(troubles.of(signal));
    }
  }

  /** Why the broker takes no messages now, if it says so. */
  Optional<Cause> blocked() {
    return Optional.ofNullable(blocked);
  }

  boolean isOpen() {
    return end.get() == null;
  }

  /** The session is of no use any more. Never waits. */
  void end(Cause why) {
    end.compareAndSet(null, why);
    over.countDown();
  }

  /** The same, for a fault of whoever uses it. */
  void end(Throwable fault) {
    if (fault instanceof Error) {
      LOG.error("a connection to {} is given up", troubles.here(), fault);
    }
    end(troubles.of(fault));
  }

  /** Waits for its end and tells why. */
  Cause awaitEnd() throws InterruptedException {
    over.await();
    Cause why = end.get();
    return why == null ? troubles.closed() : why;
  }

  /** Returns when the connection is closed, or has been given up. */
  @Override
  public void close() {
    end(troubles.closed());
    connection.abort(SHUTDOWN_MILLIS);
  }
}
