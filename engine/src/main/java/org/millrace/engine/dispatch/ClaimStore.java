package org.millrace.engine.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.attempt.Claimed;

/**
 * Grants leases. A grant changes no state; its number is the fencing token. No task is ever granted
 * to two servers at once, and none to a server whose heartbeat is not in force. A task that is
 * stored but cannot be read is not granted: it ends {@code SYSTEM_ERROR} with that cause, and the
 * others of its turn are granted. Thread-safe; interruption is left pending.
 */
public interface ClaimStore {

  /** How much longer waiting each step of priority is worth. */
  Duration AGEING = Duration.ofSeconds(60);

  /** Lanes in which at least one task is ready and due, by name. Costs by lane, not by task. */
  List<Lane> readyLanes(Instant now);

  /**
   * Grants as many ready and due tasks of one lane as it has room for under its rule: QUEUED, held
   * by nobody, {@code dueAt} not after now. Room is the limit less the tasks in flight that the
   * rule counts.
   *
   * <p>Within an owner the lowest rank goes first, that is {@code dueAt} less {@link #AGEING} for
   * each step of priority. Owners take turns: each gets one before any gets two, in the order of
   * their names, beginning with the first after {@code servedLast} and going on from the last name
   * to the first.
   *
   * @param servedLast owner of the last task granted the time before
   * @return in the order granted
   */
  List<Claimed> claimReady(LaneRule rule, Optional<Owner> servedLast, ServerId server, Instant now);

  /**
   * Grants attempts under way that nobody holds and that are due: whose holder died, which are to
   * be looked at, or are to be stopped. Earliest due first; no lane limits them.
   *
   * @param sites only handles of these sites
   * @param most at most so many
   */
  List<Claimed> takeUp(Set<String> sites, ServerId server, Instant now, int most);

  /**
   * Grants one attempt whose answer has arrived and left something to collect, due or not. Empty if
   * it is not under way, is held, or was overtaken by another attempt: the answer is late then.
   */
  Optional<Claimed> takeUpAnswered(TaskId task, int attempt, ServerId server, Instant now);
}
