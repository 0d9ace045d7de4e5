package org.millrace.domain.task;

import java.util.List;
import java.util.Optional;

/** What an event did to a task, and what is to be done once that is stored. */
public sealed interface Transition {

  /** The task as it stands after the event. */
  Task task();

  /**
   * Something changed.
   *
   * @param detail a word or two for the history
   * @param attemptEnded how the attempt that was under way ended, if this ended it
   */
  record Changed(
      Task task,
      HistoryEvent.Kind kind,
      Optional<String> detail,
      Optional<Outcome> attemptEnded,
      List<Effect> effects)
      implements Transition {

    /**
     * Whether a task of a document is to be looked at because of this: it was put off, or is to be
     * tried again after a pause that something has ended already.
     *
     * @param unseen tasks of its document that completed since its attempt began
     */
    public boolean isToBeLookedAt(long unseen) {
      return kind == HistoryEvent.Kind.DEFERRED
          || (kind == HistoryEvent.Kind.RETRIED && unseen > 0);
    }
  }

  /** The event asked for nothing that is not so already. */
  record Unchanged(Task task) implements Transition {}

  /** It came from an overtaken lease, or too late: recorded, obeyed in nothing. */
  record Late(Task task, String what) implements Transition {}

  /** Somebody said something of it: recorded, obeyed in nothing. */
  record Noted(Task task, String remark) implements Transition {}

  /** Work to do after the commit. Lost to a crash, its owner's next turn finds it again. */
  sealed interface Effect {

    /** There is work in this lane. */
    record Ring(Lane lane) implements Effect {}

    /** The holder of this lease is to stop what it does for the task. */
    record Stop(TaskId task, Lease lease) implements Effect {}
  }
}
