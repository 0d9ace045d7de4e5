package org.millrace.testkit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does several things at the same time, each on a virtual thread of its own that waits for all
 * others to be there.
 */
final class AtOnce {
  private AtOnce() {}

  /** What each returned, in the order given; throws if one threw. */
  static <T> List<T> run(List<Callable<T>> bodies) throws Exception {
    var together = new CyclicBarrier(bodies.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> running =
          bodies.stream()
              .map(body ->
                  threads.submit(() -> {
                    together.await();
                    return body.call();
                  }))
              .toList();
      var results = new ArrayList<T>();
      for (Future<T> result : running) {
        results.add(result.get());
      }
      return results;
    }
  }
}
