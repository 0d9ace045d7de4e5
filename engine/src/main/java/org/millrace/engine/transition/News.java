package org.millrace.engine.transition;

import org.millrace.engine.threads.Bell;

/**
 * Who is woken by what happens on this server. Hints only: whoever misses one finds the change at
 * its next poll.
 *
 * @param work rings when there may be something to dispatch
 * @param history rings when there are new lines of history
 * @param runs rings when there may be something to do in a run
 * @param documents rings when a task may be waiting for another one of its document, or need not
 *     any more
 */
public record News(Bell work, Bell history, Bell runs, Bell documents) {

  /** A run changed; what it is to do next is for whoever moves runs on. */
  public void runChanged() {
    runs.ring();
    history.ring();
  }

  public void taskArrived() {
    work.ring();
    history.ring();
  }
}
