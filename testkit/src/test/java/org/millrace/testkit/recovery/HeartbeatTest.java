package org.millrace.testkit.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Cause;
import org.millrace.engine.recovery.Heartbeat;
import org.millrace.engine.recovery.HeartbeatStore;
import org.millrace.engine.transition.StopSigns;
import org.millrace.testkit.memory.InMemoryStore;

/** Whether a server may rely on its leases, as its operator is told. */
final class HeartbeatTest {
  private Instant now = NOON;
  private final HeartbeatStore store = new InMemoryStore().ports().heartbeats();
  private final Heartbeat heartbeat =
      new Heartbeat(store, new StopSigns(), NORTH, Duration.ofSeconds(10), () -> now);

  @Test
  void one_that_was_never_announced_is_in_trouble() {
    assertThat(heartbeat.trouble()).map(Cause::code).contains("heartbeat-late");
  }

  @Test
  void it_is_well_until_its_last_beat_has_passed() {
    heartbeat.announce();
    now = NOON.plusSeconds(9);
    assertThat(heartbeat.trouble()).isEmpty();
    now = NOON.plusSeconds(10);
    assertThat(heartbeat.trouble()).isPresent();
    heartbeat.runOnce();
    assertThat(heartbeat.trouble()).isEmpty();
  }

  @Test
  void one_declared_dead_is_well_again_once_it_began_anew() {
    heartbeat.announce();
    now = NOON.plusSeconds(20);
    store.declareDead(now);
    heartbeat.runOnce();
    assertThat(heartbeat.trouble()).isEmpty();
  }
}
