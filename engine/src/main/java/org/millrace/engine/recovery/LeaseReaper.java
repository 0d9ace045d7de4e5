package org.millrace.engine.recovery;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent.LeaseEnded;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.StopSigns.Reason;
import org.millrace.engine.transition.TaskTransitions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends leases that nobody works under: those of dead servers, and those of this one that it does
 * not know of, because the answer to a claim was lost. Also hears of cancellations that were asked
 * for on another server.
 */
public final class LeaseReaper {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseReaper.class);
  private static final int AT_ONCE = 1000;

  private final HeartbeatStore heartbeats;
  private final TaskTransitions transitions;
  private final StopSigns stopSigns;
  private final ServerId server;
  private final InstantSource clock;
  private Set<Held> unknownBefore = Set.of();

  /** Numbers of leases count by task. */
  private record Held(TaskId task, Lease lease) {}

  public LeaseReaper(
      HeartbeatStore heartbeats,
      TaskTransitions transitions,
      StopSigns stopSigns,
      ServerId server,
      InstantSource clock) {
    this.heartbeats = heartbeats;
    this.transitions = transitions;
    this.stopSigns = stopSigns;
    this.server = server;
    this.clock = clock;
  }

  public void runOnce() {
    heartbeats.declareDead(clock.instant()).forEach(this::endLeasesOf);
    checkOwn();
  }

  private void endLeasesOf(ServerId dead) {
    List<Task> held = heartbeats.heldBy(dead, AT_ONCE);
    if (!held.isEmpty()) {
      LOG.warn("server={} is dead; {} of its attempts can be adopted", dead, held.size());
    }
    held.forEach(this::endLease);
    heartbeats.bury(dead); // does nothing while it holds more, which the next turn ends
  }

  /** A lease unknown here in two turns was granted and never heard of. */
  private void checkOwn() {
    Set<Held> unknown = new HashSet<>();
    for (Task task : heartbeats.heldBy(server, AT_ONCE)) {
      Lease lease = task.lease().orElseThrow();
      if (stopSigns.has(task.id(), lease)) {
        hearOfCancellation(task, lease);
      } else if (unknownBefore.contains(new Held(task.id(), lease))) {
        LOG.warn("task={} was claimed by this server, which knows nothing of it; freed", task.id());
        endLease(task);
      } else {
        unknown.add(new Held(task.id(), lease));
      }
    }
    unknownBefore = unknown;
  }

  private void hearOfCancellation(Task task, Lease lease) {
    if (task.state() == TaskState.CANCELING) {
      stopSigns.show(task.id(), lease, Reason.CANCEL);
    }
  }

  private void endLease(Task task) {
    transitions.apply(task.id(), new LeaseEnded(task.lease().orElseThrow(), clock.instant()));
  }
}
