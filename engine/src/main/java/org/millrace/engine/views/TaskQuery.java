package org.millrace.engine.views;

import java.util.List;
import java.util.Optional;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.TaskState;

/**
 * A page of a list; all conditions hold together.
 *
 * @param owner only this owner's
 * @param dialect only those that came through this face
 * @param namePrefix only those whose name begins with this text: literal, case counts
 * @param shown only those shown in this state ({@link org.millrace.domain.task.Task#shownState})
 * @param size most tasks on the page
 * @param token the {@code next} of the page before, sent with the same conditions
 * @param detail how much of each task is read
 */
public record TaskQuery(
    Optional<Owner> owner,
    Optional<String> dialect,
    Optional<String> namePrefix,
    Optional<TaskState> shown,
    List<TagFilter> tags,
    int size,
    Optional<String> token,
    Detail detail) {

  /** A tag that must be there, with this value if one is given. */
  public record TagFilter(String key, Optional<String> value) {}

  /** How much is read. */
  public enum Detail {
    GLANCE,
    FULL
  }

  public TaskQuery {
    tags = List.copyOf(tags);
    if (size < 1) {
      throw new IllegalArgumentException("size: at least 1");
    }
  }

  /** The same among the tasks of this owner alone. */
  public TaskQuery within(Owner other) {
    return new TaskQuery(Optional.of(other), dialect, namePrefix, shown, tags, size, token, detail);
  }
}
