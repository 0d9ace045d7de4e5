package org.millrace.store.sqlite;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What another thread will have found out: a value, or something to throw. Given once, awaited by
 * one.
 */
final class Answer<T extends @Nullable Object> {
  private final CompletableFuture<Supplier<T>> end = new CompletableFuture<>();

  /** The first one counts. */
  void give(Supplier<T> valueOrFailure) {
    end.complete(valueOrFailure);
  }

  void fail(RuntimeException failure) {
    give(() -> {
      throw failure;
    });
  }

  /**
   * Waits without regard to interruption, which stays pending: the work is on its way and its end
   * must be known.
   */
  T await() {
    return end.join().get();
  }
}
