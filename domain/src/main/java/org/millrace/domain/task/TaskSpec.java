package org.millrace.domain.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Owner;

/**
 * What a caller submitted; never changes.
 *
 * @param dialect the face it came through: {@code tes}
 * @param priority 0 (last) to 10 (first)
 * @param notes remarks made at submission for the task's log, such as parameters that were ignored
 */
public record TaskSpec(
    Owner owner,
    String dialect,
    Optional<String> name,
    Optional<String> description,
    Map<String, String> tags,
    int priority,
    Work work,
    Resources resources,
    RetryPolicy retry,
    TimeLimits limits,
    List<String> notes) {

  /** Where a task stands that says nothing about it. */
  public static final int NORMAL_PRIORITY = 5;

  public TaskSpec {
    if (priority < 0 || priority > 10) {
      throw new IllegalArgumentException("priority: 0 to 10");
    }
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    notes = List.copyOf(notes);
  }

  /** The same with its work in another form. */
  public TaskSpec withWork(Work other) {
    return new TaskSpec(
        owner, dialect, name, description, tags, priority, other, resources, retry, limits, notes);
  }
}
