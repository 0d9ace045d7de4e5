package org.millrace.engine.documents;

import java.time.InstantSource;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.engine.documents.DocumentStore.Removal;
import org.millrace.engine.transition.News;

/**
 * Deletes documents, tasks and results. What a worker still answers of a deleted task belongs to
 * nothing then. Each throws {@link org.millrace.domain.failure.Refusal} {@code Unavailable} if
 * nothing can be stored now, and may be repeated. Thread-safe.
 */
public final class DeleteDocuments {
  /** Tasks of one transaction: nobody else writes meanwhile. */
  static final int AT_ONCE = 100;

  private final DocumentStore store;
  private final News news;
  private final InstantSource clock;

  public DeleteDocuments(DocumentStore store, News news, InstantSource clock) {
    this.store = store;
    this.news = news;
    this.clock = clock;
  }

  /**
   * A document with its tasks and their results; false if there was none. One with many tasks goes
   * in pieces: after a crash the rest of it is there, to be deleted again.
   */
  public boolean document(Space space, DocumentId document) {
    boolean wasThere = false;
    Removal removal;
    do {
      removal = store.deleteDocument(space, document, clock.instant(), AT_ONCE);
      wasThere |= removal != Removal.ABSENT; // its rest may go by somebody else
    } while (removal == Removal.BEGUN);
    return tell(wasThere);
  }

  /** A task with its results; false if there was none. */
  public boolean task(Space space, EntryId entry) {
    return tell(store.deleteTask(space, entry, clock.instant()));
  }

  /** False if there was none. */
  public boolean result(Space space, ResultId result) {
    return store.deleteResult(space, result);
  }

  /** Nodes of runs may have ended, and lanes may have room. */
  private boolean tell(boolean deleted) {
    if (deleted) {
      news.runChanged();
      news.work().ring();
    }
    return deleted;
  }
}
