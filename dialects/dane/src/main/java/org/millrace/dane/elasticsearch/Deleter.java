package org.millrace.dane.elasticsearch;

import java.util.Optional;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.engine.documents.DeleteDocuments;

/**
 * Deletes objects. Each is a deletion of its own: what a crash leaves is there to be deleted again.
 * Thread-safe.
 */
final class Deleter {
  private final Space space;
  private final Finder finder;
  private final DeleteDocuments documents;

  Deleter(Space space, Finder finder, DeleteDocuments documents) {
    this.space = space;
    this.finder = finder;
    this.documents = documents;
  }

  /** What has this id, with all that hangs below it; false if nothing has. */
  boolean delete(String id) {
    if (ResultId.isValid(id)) {
      return documents.result(space, new ResultId(id));
    }
    return DocumentId.isValid(id)
        && (documents.document(space, new DocumentId(id))
            || documents.task(space, new EntryId(id)));
  }

  /**
   * All that a query finds, if it is one that the originals delete by.
   *
   * @return how many; empty: this query is for looking alone
   */
  Optional<Integer> deleteAll(Query query) {
    return switch (query) {
      case Query.ResultsOf _, Query.Below _ ->
          Optional.of(deleteFound(finder.find(query, 0, Integer.MAX_VALUE)));
      case Query.ById _,
          Query.DocumentOf _,
          Query.Documents _,
          Query.DocumentsOfCreator _,
          Query.TaskById _,
          Query.TasksOf _,
          Query.TasksExcept _,
          Query.TasksNumbered _,
          Query.TasksOfCreator _,
          Query.TasksOfTarget _,
          Query.ResultById _,
          Query.ResultsOfCreator _,
          Query.ResultsOfTarget _ ->
          Optional.empty();
    };
  }

  private int deleteFound(Found found) {
    int deleted = 0;
    while (found.hasNext()) {
      switch (found.next()) {
        case Stored.OfResult(var result) -> documents.result(space, result.id());
        case Stored.OfTask(var task) -> documents.task(space, task.entry().id());
        case Stored.OfDocument(var document) -> documents.document(space, document.id());
      }
      deleted++;
    }
    return deleted;
  }
}
