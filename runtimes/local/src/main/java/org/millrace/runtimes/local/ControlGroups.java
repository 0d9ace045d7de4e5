package org.millrace.runtimes.local;

import java.io.IOException;

/**
 * The kernel's control groups, one set for each slot: made once, limited anew for each attempt.
 * Thread-safe; a slot is one attempt's at a time.
 */
sealed interface ControlGroups permits GroupsV1, GroupsV2, NoGroups {

  /**
   * Makes a slot's groups ready for an attempt: empty counters, these limits.
   *
   * @param executors how many executors there will be
   * @return whether they limit and count from now on
   */
  boolean ready(int slot, SlotLimits limits, int executors) throws IOException;

  /** How the supervisor uses a slot for one executor. */
  SlotWords words(int slot, int executor);

  /** Removes a slot's groups; those in which something still runs stay. */
  void remove(int slot);

  /** Removes the groups of slots from a number on, which an earlier configuration had. */
  void removeFrom(int slot);

  /**
   * What an attempt may have.
   *
   * @param cores of a processor
   * @param bytes of memory
   * @param processes and threads
   */
  record SlotLimits(int cores, long bytes, int processes) {}
}
