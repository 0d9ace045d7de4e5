package org.millrace.dane.elasticsearch;

import java.util.ArrayList;
import java.util.List;
import org.millrace.dane.elasticsearch.Written.Created;
import org.millrace.dane.elasticsearch.Written.Failed;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.documents.DocumentStore.Assigned;
import org.millrace.engine.documents.DocumentStore.Registered;
import org.millrace.engine.documents.DocumentStore.Saved;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.documents.Wanted;

/**
 * Creates objects: documents are registered, tasks assigned and so queued, results saved. When a
 * method returns, what it reports survives any crash. Thread-safe.
 */
final class Writer {
  private final ElasticsearchConfig config;
  private final Documents documents;

  Writer(ElasticsearchConfig config, Documents documents) {
    this.config = config;
    this.documents = documents;
  }

  /**
   * Creates one.
   *
   * @throws Refusal unavailable, if nothing can be stored now
   */
  Written create(Draft draft) {
    return create(List.of(draft)).getFirst();
  }

  /**
   * Creates them in this order; an answer for each. Neighbours that are alike are stored together.
   *
   * @throws Refusal unavailable, if nothing can be stored now; the first ones may be stored
   */
  List<Written> create(List<Draft> drafts) {
    var written = new ArrayList<Written>(drafts.size());
    int from = 0;
    while (from < drafts.size()) {
      Draft first = drafts.get(from);
      int to = from + 1;
      while (to < drafts.size() && areStoredTogether(first, drafts.get(to))) {
        to++;
      }
      written.addAll(stored(first, drafts.subList(from, to)));
      from = to;
    }
    return written;
  }

  private static boolean areStoredTogether(Draft one, Draft other) {
    return switch (one) {
      case Draft.OfDocument _ -> other instanceof Draft.OfDocument;
      case Draft.OfTask(_, _, Wanted wanted) ->
          other instanceof Draft.OfTask task && task.wanted().equals(wanted);
      case Draft.OfResult _, Draft.Unfit _ -> false;
    };
  }

  private List<Written> stored(Draft first, List<Draft> alike) {
    return switch (first) {
      case Draft.OfDocument _ ->
          documents
              .register()
              .register(
                  alike.stream()
                      .map(Draft.OfDocument.class::cast)
                      .map(Draft.OfDocument::document)
                      .toList())
              .stream()
              .map(this::told)
              .toList();
      case Draft.OfTask(_, _, Wanted wanted) ->
          assigned(alike.stream().map(Draft.OfTask.class::cast).toList(), wanted);
      case Draft.OfResult result -> List.of(saved(result));
      case Draft.Unfit(String id, EsError error) -> List.of(new Failed(id, error));
    };
  }

  private Written told(Registered registered) {
    return switch (registered) {
      case Registered.Stored(Document document) -> new Created(document.id().text());
      case Registered.Exists(Document stored) -> conflict(stored.id().text(), "");
      case Registered.Clash(Document other) ->
          conflict(
              other.id().text(),
              "; it is of another target and creator, whose ids read the same one after the other");
    };
  }

  private Failed conflict(String id, String why) {
    return new Failed(id, EsError.conflict(config.index(), id, why));
  }

  private List<Written> assigned(List<Draft.OfTask> tasks, Wanted wanted) {
    List<Assigned> answers;
    try {
      answers =
          documents
              .assign()
              .assign(config.space(), tasks.stream().map(Draft.OfTask::parent).toList(), wanted);
    } catch (Refusal refusal) {
      if (refusal.failure() instanceof Failure.Invalid invalid) {
        EsError why = EsError.illegal(invalid.message());
        return tasks.stream().<Written>map(task -> new Failed(task.id().text(), why)).toList();
      }
      throw refusal;
    }
    var written = new ArrayList<Written>(tasks.size());
    for (int i = 0; i < tasks.size(); i++) {
      written.add(told(tasks.get(i), answers.get(i)));
    }
    return written;
  }

  private Written told(Draft.OfTask task, Assigned assigned) {
    String id = task.id().text();
    return switch (assigned) {
      case Assigned.Stored _ -> new Created(id);
      case Assigned.Known _ -> conflict(id, "");
      case Assigned.NoDocument _ ->
          new Failed(
              id,
              EsError.missing(config.index(), task.parent().text(), ", to which it is assigned"));
      case Assigned.Full(int unfinished) ->
          new Failed(
              id,
              new EsError(
                  429,
                  "es_rejected_execution_exception",
                  "its lane takes no more with " + unfinished + " unfinished tasks"));
    };
  }

  private Written saved(Draft.OfResult draft) {
    if (!EntryId.isValid(draft.parent())) {
      return noTask(draft);
    }
    return switch (documents
        .saveResult()
        .save(config.space(), new EntryId(draft.parent()), draft.finding())) {
      case Saved.Stored(var result) -> new Created(result.id().text());
      case Saved.Same(var stored) -> new Created(stored.id().text());
      case Saved.NoTask _ -> noTask(draft);
    };
  }

  /** Without a task nobody would ever find it. */
  private Written noTask(Draft.OfResult draft) {
    return new Failed(
        "", EsError.missing(config.index(), draft.parent(), ", the task of this result"));
  }
}
