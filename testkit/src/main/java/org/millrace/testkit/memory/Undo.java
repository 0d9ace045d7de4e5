package org.millrace.testkit.memory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes back what work did to maps when it fails in the middle. Touched under the lock alone. */
final class Undo {
  private final Deque<Runnable> steps = new ArrayDeque<>();

  /** All of it, or nothing. */
  <T> T allOrNothing(Supplier<T> work) {
    steps.clear();
    try {
      return work.get();
    } catch (RuntimeException | Error failure) {
      steps.forEach(Runnable::run);
      throw failure;
    }
  }

  /** Something was done that this takes back. */
  void note(Runnable step) {
    steps.push(step);
  }

  <K, V> void put(Map<K, V> map, K key, V value) {
    V old = map.put(key, value);
    note(() -> restore(map, key, old));
  }

  <K, V> void remove(Map<K, V> map, K key) {
    V old = map.remove(key);
    note(() -> restore(map, key, old));
  }

  private static <K, V> void restore(Map<K, V> map, K key, @Nullable V old) {
    if (old == null) {
      map.remove(key);
    } else {
      map.put(key, old);
    }
  }
}
