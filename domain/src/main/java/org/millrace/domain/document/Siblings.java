package org.millrace.domain.document;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides what a deferred task needs of its siblings, the other tasks of its document. Pure.
 *
 * <p>A document counts the completions of its tasks. An attempt that begins keeps the count as it
 * is then, which is before its worker can have looked at any sibling; so a greater count at a later
 * time means that something completed which the worker may not have seen. Counts are used, not
 * times: a clock that is set back loses no wake-up.
 */
public final class Siblings {
  private Siblings() {}

  /**
   * A task that waits for others.
   *
   * @param seen completions in its document when its last attempt began
   * @param named keys that its worker found no task for, in its order
   */
  public record Deferred(String key, long seen, List<String> named) {
    public Deferred {
      named = List.copyOf(named);
    }
  }

  /**
   * What is to be done for it.
   *
   * @param create keys that no task of the document has yet
   * @param wake whether it is to be tried now
   */
  public record Decision(List<String> create, boolean wake) {
    public Decision {
      create = List.copyOf(create);
    }
  }

  /**
   * What is to be done for a deferred task.
   *
   * @param completions in its document up to now
   * @param present those of the keys it named that a task of the document has
   */
  public static Decision of(Deferred deferred, long completions, Set<String> present) {
    List<String> absent =
        new LinkedHashSet<>(deferred.named())
            .stream().filter(key -> !present.contains(key) && !key.equals(deferred.key())).toList();
    return new Decision(absent, completions > deferred.seen());
  }
}
