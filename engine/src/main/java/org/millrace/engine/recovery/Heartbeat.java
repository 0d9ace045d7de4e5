package org.millrace.engine.recovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ServerId;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.StopSigns.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this server's leases valid: one row, however many there are. */
public final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private static final Cause LATE =
      new Cause(
          "heartbeat-late",
          "this server's last heartbeat is not stored, so others may take over what it runs",
          "see whether the database can be written, and whether this machine was asleep");

  private final HeartbeatStore store;
  private final StopSigns stopSigns;
  private final ServerId server;
  private final Duration duration;
  private final InstantSource clock;
  private volatile Instant aliveUntil = Instant.MIN;

  public Heartbeat(
      HeartbeatStore store,
      StopSigns stopSigns,
      ServerId server,
      Duration duration,
      InstantSource clock) {
    this.store = store;
    this.stopSigns = stopSigns;
    this.server = server;
    this.duration = duration;
    this.clock = clock;
  }

  /** First beat; from now on this server may hold leases. */
  public void announce() {
    Instant until = clock.instant().plus(duration);
    store.announce(server, until);
    aliveUntil = until;
  }

  /** Renews; if this server was declared dead meanwhile, lets go of everything and begins anew. */
  public void runOnce() {
    Instant until = clock.instant().plus(duration);
    if (store.renew(server, until)) {
      aliveUntil = until;
    } else {
      LOG.warn(
          "server={} was declared dead; it lets go of {} attempts and begins anew",
          server,
          stopSigns.size());
      stopSigns.showAll(Reason.OVERTAKEN);
      announce();
    }
  }

  /** Why this server's leases cannot be relied on now; empty while its last beat lasts. */
  public Optional<Cause> trouble() {
    return clock.instant().isBefore(aliveUntil) ? Optional.empty() : Optional.of(LATE);
  }
}
