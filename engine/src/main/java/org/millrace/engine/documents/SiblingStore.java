package org.millrace.engine.documents;

import java.util.List;
import java.util.Set;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

/**
 * Finds tasks that are to be looked at because something changed for them: {@link
 * org.millrace.engine.transition.TransitionStore} sets the marks. Thread-safe; interruption is left
 * pending.
 */
public interface SiblingStore {

  /**
   * Tasks with a mark, in the order of assignment; nothing else is looked at.
   *
   * @param after sequence of the last one seen; 0: from the first
   */
  List<Marked> marked(long after, int most);

  /**
   * A task that is to be looked at.
   *
   * @param sequence its place among all
   * @param state of the core task
   * @param seen completions in its document when its last attempt began
   * @param completions in its document now
   * @param mark differs from that of every other time it was set
   */
  record Marked(
      long sequence, TaskEntry entry, TaskState state, long seen, long completions, long mark) {}

  /** Which of these keys a document has tasks for. */
  Set<String> present(Space space, DocumentId document, Set<String> keys);

  /** Takes a mark back; false, and nothing done, if it has been set anew, or is gone. */
  boolean unmark(TaskId task, long mark);
}
