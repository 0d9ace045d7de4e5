package org.millrace.engine.dispatch;

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
 * to two servers at once, and none to a server whose heartbeat is not in force. Thread-safe;
 * interruption is left pending.
 */
public interface ClaimStore {

  /** Lanes in which at least one task is ready and due, by name. Costs by lane, not by task. */
  List<Lane> readyLanes(Instant now);

  /**
   * Grants as many ready and due tasks of one lane as it has room for under its rule. Higher
   * priority and longer waiting go first within an owner; owners take turns, beginning after {@code
   * servedLast}.
   */
  List<Claimed> claimReady(LaneRule rule, Optional<Owner> servedLast, ServerId server, Instant now);

  /**
   * Grants attempts under way that nobody holds and that are due: whose holder died, which are to
   * be looked at, or are to be stopped.
   *
   * @param sites only handles of these sites
   * @param most at most so many
   */
  List<Claimed> takeUp(Set<String> sites, ServerId server, Instant now, int most);

  /**
   * Grants one attempt whose answer has arrived. Empty if it is not under way, is held, or was
   * overtaken by another attempt: the answer is late then.
   */
  Optional<Claimed> takeUpAnswered(TaskId task, int attempt, ServerId server, Instant now);
}
