package org.millrace.engine.documents;

import java.time.Instant;
import java.util.List;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.engine.submission.IntakeStore.NewTask;

/**
 * Changes documents, what is assigned to them and what was found out. Each method is one
 * transaction; when it returns, what it reports is on disk. Thread-safe; interruption is left
 * pending.
 *
 * <p>Each throws {@link org.millrace.domain.failure.Refusal} {@code Unavailable} when it is not
 * known to be stored; all of it or nothing was, and the same call may be made again.
 */
public interface DocumentStore {

  /**
   * Stores those that are not there yet, in this order; an answer for each.
   *
   * @param documents at most some hundreds: nobody else writes meanwhile
   */
  List<Registered> register(List<Document> documents);

  /** What became of a document. */
  sealed interface Registered {
    record Stored(Document document) implements Registered {}

    /** The same target of the same creator is there, and stays as it is. */
    record Exists(Document stored) implements Registered {}

    /** Its id is taken: target and creator of another one, put together, read the same. */
    record Clash(Document other) implements Registered {}
  }

  /**
   * Stores tasks with all that begins with them, each if its document is there and has no task of
   * that key, and if its lane takes it; an answer for each. A task whose name had attempts before
   * begins above them ({@link org.millrace.domain.task.Task#assigned}).
   *
   * @param assignments at most some hundreds
   */
  List<Assigned> assign(List<Assignment> assignments);

  /**
   * A task for a document.
   *
   * @param task new, not {@code assigned} yet, without an external id, not done
   * @param face what is told of it at first
   */
  record Assignment(Space space, DocumentId document, String key, NewTask task, FaceState face) {
    public Assignment {
      if (task.externalId().isPresent() || task.done().isPresent()) {
        throw new IllegalArgumentException(
            "an assigned task is named by its document, and a worker does it");
      }
    }

    /** The name of the task. */
    public EntryId id() {
      return EntryId.of(document, key);
    }
  }

  /** What became of an assignment. */
  sealed interface Assigned {
    record Stored(TaskEntry entry) implements Assigned {}

    /** The document has a task of that key. */
    record Known(TaskEntry entry) implements Assigned {}

    record NoDocument(DocumentId document) implements Assigned {}

    /** Its lane refuses more, with at least so many unfinished tasks. */
    record Full(int unfinished) implements Assigned {}
  }

  /**
   * Stores what a worker found out, as of the attempt begun last.
   *
   * @throws RuntimeException if a result of that id is stored already, which no source of ids lets
   *     happen
   */
  Saved save(NewResult result);

  /** A result to store. */
  record NewResult(
      ResultId id, Space space, EntryId entry, Result.Finding finding, Instant savedAt) {}

  /** What became of a result. */
  sealed interface Saved {
    record Stored(Result result) implements Saved {}

    /** It was saved before in the same attempt, word for word. */
    record Same(Result stored) implements Saved {}

    record NoTask(EntryId entry) implements Saved {}
  }

  /** False if there was none. */
  boolean deleteResult(Space space, ResultId result);

  /**
   * Removes a task and its results, whatever it was doing, and leaves a tombstone; false if there
   * was none. Who holds it finds its lease overtaken. Every node that is this task and ACTIVE ends
   * as of a task that was cancelled. A task that had ended and that a node names stays as long as
   * its run, as a task that is assigned to nothing.
   *
   * @param at when, for tombstone and nodes
   */
  boolean deleteTask(Space space, EntryId entry, Instant at);

  /**
   * Removes a document, with its tasks as {@link #deleteTask}; or, if it has more than so many, so
   * many of them, and the document stays.
   */
  Removal deleteDocument(Space space, DocumentId document, Instant at, int most);

  /** How far a removal came. */
  enum Removal {
    /** It was not there. */
    ABSENT,
    /** There is more to remove. */
    BEGUN,
    /** Nothing of it is left but tombstones. */
    DONE
  }
}
