package org.millrace.dane.elasticsearch;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.dane.Pages;
import org.millrace.dane.TasksExcept;
import org.millrace.dane.elasticsearch.Stored.OfDocument;
import org.millrace.dane.elasticsearch.Stored.OfResult;
import org.millrace.dane.elasticsearch.Stored.OfTask;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.ResultId;
import org.millrace.domain.document.Space;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.DocumentViewStore.Except;
import org.millrace.engine.documents.DocumentViewStore.Hits;
import org.millrace.engine.documents.DocumentViewStore.Search;
import org.millrace.engine.documents.DocumentViewStore.StoredResult;

/**
 * Finds in the store, within one space, what a query asks for. Of results those that were overtaken
 * are not there. Thread-safe; what it finds is read as it is asked for.
 */
final class Finder {
  private final Space space;
  private final DocumentViewStore views;

  Finder(Space space, DocumentViewStore views) {
    this.space = space;
    this.views = views;
  }

  /** Whatever has this id: a document, a task or a result. */
  Optional<Stored> byId(String id) {
    if (ResultId.isValid(id)) {
      return result(id);
    }
    Optional<Stored> document = document(id);
    return document.isPresent() ? document : task(id).map(OfTask::new);
  }

  private Optional<Stored> document(String id) {
    return Optional.of(id)
        .filter(DocumentId::isValid)
        .flatMap(valid -> views.document(space, new DocumentId(valid)))
        .map(OfDocument::new);
  }

  /** A task by its id, if that can be one and is. */
  Optional<AssignedTask> task(String id) {
    return Optional.of(id)
        .filter(EntryId::isValid)
        .flatMap(valid -> views.task(space, new EntryId(valid)));
  }

  private Optional<Stored> result(String id) {
    return Optional.of(id)
        .filter(ResultId::isValid)
        .flatMap(valid -> views.result(space, new ResultId(valid)))
        .filter(result -> !result.overtaken())
        .map(OfResult::new);
  }

  /**
   * Finds.
   *
   * @param skip how many to leave out first
   * @param most how many at most after that
   */
  Found find(Query query, int skip, int most) {
    return switch (query) {
      case Query.Documents documents -> documents(search(documents), skip, most);
      case Query.TasksExcept(var key, var numbers) -> tasksExcept(key, numbers, skip, most);
      case Query.ById(String id) -> Found.window(one(byId(id)), skip, most);
      case Query.DocumentOf(String task) -> Found.window(one(documentOf(task)), skip, most);
      case Query.DocumentsOfCreator(String creator) ->
          Found.window(documentsOf(creator), skip, most);
      case Query.TaskById(String task) ->
          Found.window(one(task(task).map(OfTask::new)), skip, most);
      case Query.TasksOf(String document, Optional<String> key) ->
          Found.window(tasksOf(document, key), skip, most);
      case Query.TasksNumbered(String key, int number) ->
          Found.window(tasksNumbered(key, number), skip, most);
      case Query.TasksOfCreator(String creator, String key) ->
          Found.window(tasksOfCreator(creator, key), skip, most);
      case Query.TasksOfTarget(String target, String key) ->
          Found.window(tasksOfTarget(target, key), skip, most);
      case Query.ResultById(String id) -> Found.window(one(result(id)), skip, most);
      case Query.ResultsOf(List<String> tasks) ->
          Found.window(
              new Chained<>(tasks.stream().distinct().iterator(), this::resultsOf), skip, most);
      case Query.ResultsOfCreator(String creator, String key) ->
          Found.window(resultsOfCreator(creator, key), skip, most);
      case Query.ResultsOfTarget(String target, String key) ->
          Found.window(
              new Chained<>(tasksOfTarget(target, key), task -> resultsOf(task.id())), skip, most);
      case Query.Below(String document) -> Found.window(below(document), skip, most);
    };
  }

  private static Iterator<Stored> one(Optional<? extends Stored> found) {
    return found
        .<Iterator<Stored>>map(one -> List.<Stored>of(one).iterator())
        .orElseGet(Collections::emptyIterator);
  }

  private Optional<Stored> documentOf(String task) {
    return Optional.of(task)
        .filter(EntryId::isValid)
        .flatMap(valid -> views.documentOf(space, new EntryId(valid)))
        .map(OfDocument::new);
  }

  private Search search(Query.Documents query) {
    if (query.target().length() > Search.LONGEST || query.creator().length() > Search.LONGEST) {
      throw Refusal.invalid(
          "query.wildcard", "patterns have at most " + Search.LONGEST + " characters");
    }
    return new Search(space, query.target(), query.creator());
  }

  private Found documents(Search search, int skip, int most) {
    if (isUnfit(search.target()) || isUnfit(search.creator())) {
      return Found.counted(Collections.emptyIterator(), most, 0);
    }
    Hits first = views.search(search, skip, Math.min(most, Pages.SIZE));
    Iterator<Document> all =
        Pages.of((after, page) ->
            after.isEmpty() ? first.documents() : views.searchAfter(search, after, page));
    return Found.counted(
        new Chained<>(all, document -> List.of(new OfDocument(document)).iterator()),
        most,
        first.total());
  }

  private Found tasksExcept(Optional<String> key, Set<Integer> numbers, int skip, int most) {
    if (key.filter(Finder::isUnfit).isPresent()) {
      return Found.window(Collections.emptyIterator(), skip, most);
    }
    var except = new Except(space, key, numbers);
    long last = Math.max((long) skip + most, DocumentViewStore.MOST_COUNTED);
    var tasks =
        TasksExcept.first(views, except, (int) Math.min(last, Integer.MAX_VALUE)).after(skip);
    return Found.counted(
        new Chained<>(tasks, task -> List.of(new OfTask(task)).iterator()),
        most,
        Math.min(tasks.total(), DocumentViewStore.MOST_COUNTED));
  }

  private Iterator<OfDocument> documentsOf(String creator) {
    if (isUnfit(creator)) {
      return Collections.emptyIterator();
    }
    var documents =
        Pages.<Document>of((after, most) ->
            views.documentsOf(space, creator, after.map(Document::targetId), most));
    return new Chained<>(documents, document -> List.of(new OfDocument(document)).iterator());
  }

  private Iterator<OfTask> tasksOf(String document, Optional<String> key) {
    if (!DocumentId.isValid(document)) {
      return Collections.emptyIterator();
    }
    var id = new DocumentId(document);
    return key.<Iterator<OfTask>>map(
            only -> views.task(space, EntryId.of(id, only)).stream().map(OfTask::new).iterator())
        .orElseGet(() -> tasks((after, most) -> views.tasksOf(space, id, place(after), most)));
  }

  private Iterator<OfTask> tasksNumbered(String key, int number) {
    return isUnfit(key)
        ? Collections.emptyIterator()
        : tasks((after, most) -> views.numbered(space, key, number, place(after), most));
  }

  private Iterator<OfTask> tasksOfCreator(String creator, String key) {
    return isUnfit(creator) || isUnfit(key)
        ? Collections.emptyIterator()
        : tasks((after, most) -> views.tasksOf(space, creator, key, place(after), most));
  }

  /** A target may have characters that a search takes for wildcards, so each is looked at again. */
  private Iterator<OfTask> tasksOfTarget(String target, String key) {
    if (isUnfit(target) || target.length() > Search.LONGEST) {
      return Collections.emptyIterator();
    }
    var search = new Search(space, target, "*");
    var documents = Pages.<Document>of((after, most) -> views.searchAfter(search, after, most));
    return new Chained<>(documents, document -> taskOf(document, target, key));
  }

  private Iterator<OfTask> taskOf(Document document, String target, String key) {
    return Optional.of(document)
        .filter(one -> one.targetId().equals(target))
        .flatMap(one -> views.task(space, EntryId.of(one.id(), key)))
        .stream()
        .map(OfTask::new)
        .iterator();
  }

  private Iterator<OfResult> resultsOf(String task) {
    if (!EntryId.isValid(task)) {
      return Collections.emptyIterator();
    }
    var entry = new EntryId(task);
    return results(
        (after, most) -> views.resultsOf(space, entry, false, placeOfResult(after), most));
  }

  private Iterator<OfResult> resultsOfCreator(String creator, String key) {
    return isUnfit(creator) || isUnfit(key)
        ? Collections.emptyIterator()
        : results(
            (after, most) -> views.resultsOf(space, creator, key, placeOfResult(after), most));
  }

  private Iterator<Stored> below(String document) {
    return new Chained<>(tasksOf(document, Optional.empty()), this::afterResults);
  }

  /** Whoever deletes a task has its results deleted with it, and would not meet them. */
  private Iterator<Stored> afterResults(OfTask task) {
    return new Chained<>(
        List.<Iterator<? extends Stored>>of(resultsOf(task.id()), List.of(task).iterator())
            .iterator(),
        part -> part);
  }

  private static Iterator<OfTask> tasks(Pages.Source<AssignedTask> source) {
    return new Chained<>(Pages.of(source), task -> List.of(new OfTask(task)).iterator());
  }

  private static Iterator<OfResult> results(Pages.Source<StoredResult> source) {
    return new Chained<>(
        Pages.ofResults(source), row -> List.of(new OfResult(row.result())).iterator());
  }

  private static long place(Optional<AssignedTask> last) {
    return last.map(AssignedTask::sequence).orElse(0L);
  }

  private static long placeOfResult(Optional<StoredResult> last) {
    return last.map(StoredResult::sequence).orElse(0L);
  }

  /** Whether a text can be no id here, so that no store need be asked. */
  private static boolean isUnfit(String text) {
    return Document.unfit(text).isPresent();
  }
}
