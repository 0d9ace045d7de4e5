package org.millrace.dane;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.dane.Marshalled.Reply;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Space;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AskAgain.Asked;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentStore.Assigned;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.DocumentViewStore.Except;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.documents.Wanted;
import org.millrace.engine.views.Explain;
import org.millrace.http.Exchange;
import org.millrace.http.Handler;
import org.millrace.http.Routes;

/** Tasks ({@code contracts/dane.md 1.5, rows 9 to 14}). */
final class TaskRoutes {
  /** What is not unfinished: done, or waiting for something that is. */
  private static final Set<Integer> FINISHED =
      Set.of(DaneAnswer.SUCCESS, DaneAnswer.UNFINISHED_DEPENDENCY);

  private static final Duration FULL_FOR = Duration.ofSeconds(10);

  private final Space space;
  private final Documents documents;
  private final DocumentViewStore views;
  private final Explain explain;
  private final JobRoutes jobs;

  TaskRoutes(DaneConfig config, Documents documents, Explain explain, JobRoutes jobs) {
    this.space = config.space();
    this.documents = documents;
    this.views = documents.views();
    this.explain = explain;
    this.jobs = jobs;
  }

  Routes routes() {
    Handler show = Marshalled.one(exchange -> Reply.ok(shown(exchange)));
    Handler ask = jobs.actionOr(Requests.act(Marshalled.one(this::ask)));
    return Routes.under("/DANE")
        .post("/task/", Marshalled.one(this::assign))
        .get("/task/", Marshalled.lineList(_ -> unfinished()))
        .get("/task/{task}", jobs.taskOr(show))
        .delete("/task/{task}", Marshalled.one(this::delete))
        .get("/task/{task}/document", Marshalled.one(this::document))
        .get("/task/{task}/explain", Marshalled.one(this::explain))
        .get("/task/{task}/{action}", ask)
        .post("/task/{task}/{action}", ask);
  }

  private Reply assign(Exchange exchange) throws IOException {
    if (!(Requests.json(exchange, GivenTask.MISTAKE) instanceof Value.Fields(var fields))) {
      throw Refusal.invalid("body", GivenTask.MISTAKE);
    }
    Map<String, Value> task = new LinkedHashMap<>(fields);
    Optional<Value> to = Optional.ofNullable(task.remove("document_id"));
    GivenTask given = GivenTask.of(new Value.Fields(task));
    return switch (to.orElse(Value.NOTHING)) {
      case Value.Nothing _ ->
          throw Refusal.invalid("task.document_id", "Task `document_id` is required");
      case Value.Items(List<Value> ids) ->
          assign(given, Requests.bounded(ids).stream().map(PythonText::str).toList());
      case Value other -> assign(given, PythonText.str(other));
    };
  }

  private Reply assign(GivenTask given, String id) {
    if (!DocumentId.isValid(id)) {
      throw noDocument(id);
    }
    return switch (documents.assign().assign(space, new DocumentId(id), wanted(given))) {
      case Assigned.Stored(TaskEntry entry) -> new Reply(201, created(entry, given));
      case Assigned.Known(TaskEntry entry) -> throw new Refusal(new Failure.Conflict(known(entry)));
      case Assigned.NoDocument _ -> throw noDocument(id);
      case Assigned.Full full -> throw new Refusal(new Failure.TooMany(full(full), FULL_FOR));
    };
  }

  private Reply assign(GivenTask given, List<String> ids) {
    if (ids.isEmpty()) {
      throw Refusal.invalid(
          "task.document_id", "Empty value passed for a required argument 'body'.");
    }
    List<Value> success = new ArrayList<>();
    List<Value> failed = new ArrayList<>();
    List<DocumentId> valid = ids.stream().filter(DocumentId::isValid).map(DocumentId::new).toList();
    Iterator<Assigned> answers = documents.assign().assign(space, valid, wanted(given)).iterator();
    for (String id : ids) {
      if (!DocumentId.isValid(id)) {
        failed.add(failed(id, noDocumentText(id)));
        continue;
      }
      switch (answers.next()) {
        case Assigned.Stored(TaskEntry entry) -> success.add(created(entry, given));
        case Assigned.Known(TaskEntry entry) -> failed.add(failed(id, known(entry)));
        case Assigned.NoDocument _ -> failed.add(failed(id, noDocumentText(id)));
        case Assigned.Full full -> failed.add(failed(id, "[429] " + full(full)));
      }
    }
    return Reply.ok(
        DocumentRoutes.fields(
            "success", new Value.Items(success), "failed", new Value.Items(failed)));
  }

  private static Wanted wanted(GivenTask given) {
    return new Wanted(given.key(), given.priority(), given.args());
  }

  /** Said to be created, though it is as good as queued by then: clients know it so. */
  private static Value created(TaskEntry entry, GivenTask given) {
    return MarshalledForm.task(entry, DaneStates.CREATED, given.priority(), given.args());
  }

  private static Refusal noDocument(String id) {
    return new Refusal(new Failure.NotFound("Document with id `" + id + "`"));
  }

  private static String noDocumentText(String id) {
    return "[404] 'No document with id `" + id + "` found'";
  }

  private static String known(TaskEntry entry) {
    return "Task `" + entry.key() + "` already assigned to document `" + entry.document() + "`";
  }

  private static String full(Assigned.Full full) {
    return full.unfinished() + " tasks of this kind are unfinished; wait until some are done";
  }

  private static Value failed(String id, String error) {
    return DocumentRoutes.fields("document_id", new Value.Text(id), "error", new Value.Text(error));
  }

  private Iterator<Value> unfinished() {
    var except = new Except(space, Optional.empty(), FINISHED);
    return new Shown<>(TasksExcept.all(views, except), LibraryForm::task);
  }

  private Value shown(Exchange exchange) {
    return MarshalledForm.task(find(Requests.task(exchange)));
  }

  private AssignedTask find(EntryId id) {
    return views.task(space, id).orElseThrow(Requests::notFound);
  }

  private Reply delete(Exchange exchange) {
    return DocumentRoutes.deleted(documents.delete().task(space, Requests.task(exchange)));
  }

  private Reply document(Exchange exchange) {
    return views
        .documentOf(space, Requests.task(exchange))
        .map(document -> Reply.ok(MarshalledForm.document(document)))
        .orElseThrow(Requests::notFound);
  }

  /** Not of the original: why a task is where it is, for those who know its id of either era. */
  private Reply explain(Exchange exchange) {
    AssignedTask task = jobs.numbered(exchange).orElseGet(() -> find(Requests.task(exchange)));
    return explain
        .find(task.entry().task())
        .map(explanation -> Reply.ok(ExplanationForm.of(task, explanation)))
        .orElseThrow(Requests::notFound);
  }

  private Reply ask(Exchange exchange) {
    EntryId id = find(Requests.task(exchange)).entry().id();
    Asking asking =
        Asking.of(exchange.parameter("action"))
            .orElseThrow(() ->
                Refusal.invalid("action", "A task can be asked to retry, forceretry or reset"));
    String who = exchange.caller().owner().name();
    return switch (documents.askAgain().ask(space, id, asking.by(who))) {
      case Asked.Again(AssignedTask task) -> Reply.ok(MarshalledForm.task(task));
      case Asked.Left(AssignedTask task) -> Reply.ok(MarshalledForm.task(task));
      case Asked.NoTask _ -> throw Requests.notFound();
    };
  }
}
