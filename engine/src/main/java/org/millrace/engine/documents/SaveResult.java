package org.millrace.engine.documents;

import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.engine.documents.DocumentStore.NewResult;
import org.millrace.engine.documents.DocumentStore.Saved;

/** Takes what workers found out. When it returns, that survives any crash. Thread-safe. */
public final class SaveResult {
  private final DocumentStore store;
  private final InstantSource clock;
  private final RandomGenerator chance;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * Saves nothing yet.
   *
   * @param chance ids come from it; nobody else uses it meanwhile
   */
  public SaveResult(DocumentStore store, InstantSource clock, RandomGenerator chance) {
    this.store = store;
    this.clock = clock;
    this.chance = chance;
  }

  /**
   * Saves a result of a task. The same words again in the same attempt are the same result.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, if nothing can be stored now
   */
  public Saved save(Space space, EntryId entry, Result.Finding finding) {
    return store.save(new NewResult(newId(), space, entry, finding, clock.instant()));
  }

  private ResultId newId() {
    byte[] bytes = new byte[ResultId.BYTES];
    lock.lock();
    try {
      chance.nextBytes(bytes);
    } finally {
      lock.unlock();
    }
    return ResultId.of(bytes);
  }
}
