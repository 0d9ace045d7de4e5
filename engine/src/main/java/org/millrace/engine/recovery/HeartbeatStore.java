package org.millrace.engine.recovery;

import java.time.Instant;
import java.util.List;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;

/**
 * One row per server; every lease of a server is valid while its row is. In force means announced,
 * not declared dead, and {@code aliveUntil} after now. Thread-safe; interruption is left pending.
 */
public interface HeartbeatStore {

  /**
   * Announces a server that holds nothing yet. One announced already, dead or not, lives anew until
   * then.
   */
  void announce(ServerId server, Instant aliveUntil);

  /**
   * Keeps a server alive, even one that is late, until that time and no longer. False if it was
   * declared dead meanwhile, and stays so until announced again; false too if it was never
   * announced, or is buried.
   */
  boolean renew(ServerId server, Instant aliveUntil);

  /**
   * Declares dead all servers whose {@code aliveUntil} is not after now, and returns all that are
   * dead and not yet buried, in any order.
   */
  List<ServerId> declareDead(Instant now);

  /**
   * Declares dead every server but this one. Only for a store that one server alone can have open:
   * whoever wrote to it before is gone.
   */
  void declareOthersDead(ServerId survivor);

  /** What a server holds, at most so many, in any order. */
  List<Task> heldBy(ServerId server, int most);

  /** Removes a dead server that holds nothing any more; otherwise does nothing. */
  void bury(ServerId server);
}
