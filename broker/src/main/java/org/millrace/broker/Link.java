package org.millrace.broker;

import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.threads.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one session open, for ever: a thread that connects, has it used, and begins again. */
final class Link implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final Duration PROVEN = Duration.ofSeconds(5);
  private final String name;
  private final ConnectionFactory factory;
  private final RabbitConfig config;
  private final Troubles troubles;
  private final Threads threads;
  private final Use use;
  private final Threads.Running running;
  private final AtomicReference<@Nullable Cause> trouble;
  private volatile @Nullable Session current;
  private volatile boolean tried; // one session was opened or could not be
  private volatile boolean closed;

  /** What is done with a session. */
  interface Use {
    /** Prepares it; a fault ends it. Must not wait for its end. */
    void begin(Session session) throws IOException;

    /** It is open for use, and the link has no trouble any more. */
    default void begun() {}

    /** It has ended; nothing may be expected of it. */
    void ended(Cause why);
  }

  Link(
      String name,
      ConnectionFactory factory,
      RabbitConfig config,
      Troubles troubles,
      Threads threads,
      Use use) {
    this.name = name;
    this.factory = factory;
    this.config = config;
    this.troubles = troubles;
    this.threads = threads;
    this.use = use;
    this.trouble = new AtomicReference<>(troubles.connecting());
    this.running = threads.start("broker-" + name, this::keep);
  }

  private void keep() {
    try {
      int failures = 0;
      while (!closed) {
        long before = System.nanoTime();
        Cause why = holdOne();
        if (closed) {
          return;
        }
        tell(why);
        boolean proven = System.nanoTime() - before > PROVEN.toNanos();
        failures = proven ? 0 : failures + 1;
        double chance = ThreadLocalRandom.current().nextDouble();
        threads.sleep(
            Backoff.after(Math.max(0, failures - 1), config.patience().reconnectMost(), chance));
      }
    } catch (InterruptedException _) {
      LOG.debug("broker-{} stops", name);
    }
  }

  /** Holds one session until it ends; returns why it did. */
  private Cause holdOne() throws InterruptedException {
    Cause why = troubles.closed();
    try (Session session = Session.open(factory, "millrace " + name, config, troubles)) {
      current = session;
      use.begin(session);
      if (trouble.getAndSet(null) != null) {
        LOG.info("broker {}: connected for {}", config.where(), name);
      }
      tried = true;
      use.begun();
      why = session.awaitEnd();
    } catch (BrokerAway away) {
      why = away.reason();
    } catch (IOException | RuntimeException fault) {
      why = troubles.of(fault);
    } catch (Error fault) { // without another turn nothing would ever connect again
      LOG.error("broker {}: the connection for {} has failed", config.where(), name, fault);
      why = troubles.of(fault);
    } finally {
      current = null;
      tried = true;
      use.ended(why);
    }
    return why;
  }

  private void tell(Cause why) {
    Cause before = trouble.getAndSet(why);
    if (before == null || !before.equals(why)) {
      LOG.warn("{}; tried again until it works", why);
    }
  }

  /** Why it cannot be used now. */
  Optional<Cause> trouble() {
    Cause known = trouble.get();
    Session session = current;
    return known != null || session == null ? Optional.ofNullable(known) : session.blocked();
  }

  /** Whether no session was opened yet and none has failed: it is worth while to wait a little. */
  boolean isConnecting() {
    return !closed && !tried;
  }

  /** Ends the session and the thread; returns when both are gone, or have been given up. */
  @Override
  public void close() {
    closed = true;
    trouble.set(troubles.closed());
    Session session = current;
    if (session != null) {
      session.end(troubles.closed());
    }
    running.interrupt();
    try {
      if (!running.join(config.patience().connect().plusSeconds(5))) {
        LOG.warn("broker {}: the connection for {} does not end", config.where(), name);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
