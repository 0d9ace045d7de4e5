package org.millrace.engine.dispatch;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.ServerId;
import org.millrace.engine.attempt.Attempts;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.attempt.Runtimes;

/**
 * Starts what is ready. Woken by the work bell and by its poll interval; the bell is a hint, the
 * store the truth. One turn at a time.
 */
public final class Dispatcher {
  /** Attempts under way that are taken up with one question: adopted, looked at, or stopped. */
  private static final int TAKE_UP_AT_ONCE = 64;

  /** With more in hand than this, one such question a turn has to do. */
  private static final int BUSY = 2_048;

  private final Lanes lanes;
  private final ClaimStore claims;
  private final Attempts attempts;
  private final Runtimes runtimes;
  private final ServerId server;
  private final InstantSource clock;
  private final Map<Lane, Owner> servedLast = new HashMap<>();

  public Dispatcher(
      Lanes lanes,
      ClaimStore claims,
      Attempts attempts,
      Runtimes runtimes,
      ServerId server,
      InstantSource clock) {
    this.lanes = lanes;
    this.claims = claims;
    this.attempts = attempts;
    this.runtimes = runtimes;
    this.server = server;
    this.clock = clock;
  }

  /** First what was begun and lies with nobody, then lane by lane as much as each has room for. */
  public void runOnce() {
    takeUp();
    for (Lane lane : claims.readyLanes(clock.instant())) {
      if (!runtimes.isAway(lane)) {
        fill(lanes.rule(lane));
      }
    }
  }

  private void takeUp() {
    int taken;
    do {
      List<Claimed> under =
          claims.takeUp(runtimes.sites(), server, clock.instant(), TAKE_UP_AT_ONCE);
      under.forEach(attempts::start);
      taken = under.size();
    } while (taken == TAKE_UP_AT_ONCE && attempts.held() < BUSY);
  }

  private void fill(LaneRule rule) {
    Optional<Owner> last = Optional.ofNullable(servedLast.get(rule.lane()));
    List<Claimed> claimed = claims.claimReady(rule, last, server, clock.instant());
    if (!claimed.isEmpty()) {
      servedLast.put(rule.lane(), claimed.getLast().task().owner());
      claimed.forEach(attempts::start);
    }
  }
}
