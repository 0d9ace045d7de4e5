package org.millrace.engine.recovery;

import java.time.Duration;
import java.time.InstantSource;
import org.millrace.domain.task.ServerId;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.StopSigns.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this server's leases valid: one row, however many there are. */
public final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private final HeartbeatStore store;
  private final StopSigns stopSigns;
  private final ServerId server;
  private final Duration duration;
  private final InstantSource clock;

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
    store.announce(server, clock.instant().plus(duration));
  }

  /** Renews; if this server was declared dead meanwhile, lets go of everything and begins anew. */
  public void runOnce() {
    if (!store.renew(server, clock.instant().plus(duration))) {
      LOG.warn(
          "server={} was declared dead; it lets go of {} attempts and begins anew",
          server,
          stopSigns.size());
      stopSigns.showAll(Reason.OVERTAKEN);
      announce();
    }
  }
}
