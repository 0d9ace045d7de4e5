package org.millrace.testkit.memory;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.documents.NumberStore;

/** Counts. */
final class InMemoryNumberStore implements NumberStore {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Long> taken = new HashMap<>();

  @Override
  public long take(String sequence, int howMany) {
    if (howMany < 1) {
      throw new IllegalArgumentException("numbers of " + sequence + ": at least 1");
    }
    lock.lock();
    try {
      long before = taken.getOrDefault(sequence, 0L);
      if (before + howMany > GREATEST) {
        throw new Refusal(new Failure.Conflict("no " + howMany + " numbers left of " + sequence));
      }
      taken.put(sequence, before + howMany);
      return before + 1;
    } finally {
      lock.unlock();
    }
  }
}
