package org.millrace.broker;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerBroker.Published;

/** Publishes over whatever session there is. */
final class Publishing implements Link.Use {
  private final RabbitConfig config;
  private final Troubles troubles;
  private final Threads threads;
  private final InstantSource clock;
  private final Bell opened;
  private volatile @Nullable Lines lines;
  private volatile Instant openedAt;

  Publishing(RabbitConfig config, Troubles troubles, Threads threads, InstantSource clock) {
    this.config = config;
    this.troubles = troubles;
    this.threads = threads;
    this.clock = clock;
    this.opened = threads.bell();
    this.openedAt = clock.instant();
  }

  @Override
  public void begin(Session session) throws IOException {
    openedAt = clock.instant();
    lines = new Lines(session);
  }

  @Override
  public void begun() {
    opened.ring();
  }

  @Override
  public void ended(Cause why) {
    Lines last = lines;
    lines = null;
    opened.ring(); // whoever waits for a session asks again
    if (last != null) {
      last.end(why);
    }
  }

  /** When the session was opened that is used now, or was last. */
  Instant openedAt() {
    return openedAt;
  }

  /** Publishes and waits; {@code link} tells why there is no session. */
  Published publish(Message message, Link link) throws InterruptedException {
    long deadline = System.nanoTime() + config.patience().publish().toNanos();
    Lines now = awaitLines(link, deadline);
    if (now == null) {
      return new Published.Unknown(link.trouble().orElseGet(troubles::connecting));
    }
    Cause blocked = now.session.blocked().orElse(null);
    return blocked == null ? now.publish(message, deadline) : new Published.Unknown(blocked);
  }

  /** Waits for the first session; false if it takes longer or cannot be had. */
  boolean awaitOpen(Link link, long deadline) throws InterruptedException {
    return awaitLines(link, deadline) != null && link.trouble().isEmpty();
  }

  /** Waits for the first session, but not for one that cannot be had. */
  private @Nullable Lines awaitLines(Link link, long deadline) throws InterruptedException {
    while (true) {
      long heard = opened.rings();
      long left = deadline - System.nanoTime();
      if (left <= 0 || !link.isConnecting()) {
        return lines; // read last: a link that is connected has given it before
      }
      opened.await(heard, Duration.ofNanos(Math.min(left, 100_000_000L)));
    }
  }

  /** The channels of one session, and all messages under way on them. */
  private final class Lines {
    private final Session session;
    private final List<ConfirmChannel> channels;
    private final List<Threads.Running> writers;
    private final AtomicInteger turn = new AtomicInteger();
    private final Semaphore room;
    private final ConcurrentHashMap<Pending.Route, Pending> underWay = new ConcurrentHashMap<>();
    private volatile @Nullable Cause over;

    Lines(Session session) throws IOException {
      this.session = session;
      var capacity = config.capacity();
      this.room = new Semaphore(capacity.publishingChannels() * capacity.unconfirmed());
      var made = new ArrayList<ConfirmChannel>();
      for (int i = 0; i < capacity.publishingChannels(); i++) {
        made.add(new ConfirmChannel(session.newChannel(), config.answerQueue(), this::returned));
      }
      this.channels = List.copyOf(made);
      this.writers =
          IntStream.range(0, channels.size())
              .mapToObj(i -> threads.start("broker-publish-" + i, () -> write(channels.get(i))))
              .toList();
    }

    private void write(ConfirmChannel channel) {
      try {
        channel.write();
      } catch (InterruptedException _) {
        // the session has ended
      } catch (IOException | RuntimeException | Error fault) { // nobody else writes to it
        session.end(fault);
      }
    }

    private void returned(Pending.Route route, int code, String text) {
      Pending pending = underWay.get(route);
      if (pending != null) {
        pending.returned(code, text);
      }
    }

    Published publish(Message message, long deadline) throws InterruptedException {
      if (!room.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return new Published.Unknown(troubles.notSent());
      }
      Pending pending = enter(message, deadline);
      if (pending == null) {
        return new Published.Unknown(troubles.silent());
      }
      channels.get(Math.floorMod(turn.getAndIncrement(), channels.size())).add(pending);
      Cause why = over;
      if (why != null) {
        pending.lost(why); // it came too late to be lost with the others
      }
      return pending.await(deadline);
    }

    /**
     * Enters a message. One of the same exchange, key and correlation id must be over first: a
     * return could be told for either.
     */
    private @Nullable Pending enter(Message message, long deadline) throws InterruptedException {
      boolean entered = false;
      try {
        while (true) {
          var pending = new Pending(message, troubles, this::leave);
          Pending same = underWay.putIfAbsent(pending.route(), pending);
          if (same == null) {
            entered = true;
            return pending;
          }
          if (!same.awaitSettled(deadline)) {
            return null;
          }
        }
      } finally {
        if (!entered) {
          room.release();
        }
      }
    }

    private void leave(Pending pending) {
      underWay.remove(pending.route(), pending);
      room.release();
    }

    void end(Cause why) {
      over = why;
      writers.forEach(Threads.Running::interrupt);
      List.copyOf(underWay.values()).forEach(pending -> pending.lost(why));
    }
  }
}
