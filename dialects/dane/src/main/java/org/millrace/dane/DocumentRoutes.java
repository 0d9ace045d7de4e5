package org.millrace.dane;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.dane.Marshalled.Counted;
import org.millrace.dane.Marshalled.Reply;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.Space;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentStore.Registered;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.DocumentViewStore.Hits;
import org.millrace.engine.documents.DocumentViewStore.Search;
import org.millrace.engine.documents.DocumentViewStore.StoredResult;
import org.millrace.engine.documents.Documents;
import org.millrace.http.Exchange;
import org.millrace.http.Routes;

/**
 * Documents, and what a creator has ({@code contracts/dane.md 1.5, rows 1 to 8, 15, 16, 20}). Lists
 * have no end of their own; a page of a search has a hundred, as clients count on.
 */
final class DocumentRoutes {
  private static final int HITS = 100;

  /** Of the terms of the original's index. */
  private static final int LONGEST_ID = 32_766;

  /** Most bytes of an item that is not understood, as JSON, that are told with it. */
  private static final int MOST_REPEATED = 1_000;

  private final Space space;
  private final Documents documents;
  private final DocumentViewStore views;
  private final InstantSource clock;

  DocumentRoutes(DaneConfig config, Documents documents, InstantSource clock) {
    this.space = config.space();
    this.documents = documents;
    this.views = documents.views();
    this.clock = clock;
  }

  Routes routes() {
    return Routes.under("/DANE")
        .post("/document/", Marshalled.one(this::register))
        .get("/document/{document}", Marshalled.one(this::show))
        .delete("/document/{document}", Marshalled.one(this::delete))
        .get("/document/{document}/tasks", Marshalled.list(this::tasks))
        .post("/documents/", Marshalled.one(this::registerMany))
        .get("/documents/", Marshalled.list(this::showMany))
        .delete("/documents/", Marshalled.one(this::deleteMany))
        .get("/search/document/", Marshalled.counted("hits", this::search))
        .get("/result/{result}", Marshalled.one(this::showResult))
        .delete("/result/{result}", Marshalled.one(this::deleteResult))
        .get("/creator/{creator}/docs", Marshalled.list(this::documentsOfCreator))
        .get("/creator/{creator}/{key}/tasks", Marshalled.list(this::tasksOfCreator))
        .get("/creator/{creator}/{key}/results", Marshalled.list(this::resultsOfCreator));
  }

  private Reply register(Exchange exchange) throws IOException {
    Document document = document(GivenDocument.of(Requests.json(exchange, GivenDocument.MISTAKE)));
    Registered registered = documents.register().register(document);
    if (!(registered instanceof Registered.Stored(Document stored))) {
      throw new Refusal(new Failure.Conflict(taken(document, registered)));
    }
    return Reply.ok(MarshalledForm.document(stored));
  }

  private Document document(GivenDocument given) {
    checkId(given.targetId(), "target");
    checkId(given.creatorId(), "creator");
    return Document.fresh(
        space,
        given.targetId(),
        given.creatorId(),
        given.target(),
        given.creator(),
        clock.instant());
  }

  private static void checkId(String id, String of) {
    Optional<String> why =
        id.getBytes(StandardCharsets.UTF_8).length > LONGEST_ID
            ? Optional.of("has more than " + LONGEST_ID + " bytes")
            : Document.unfit(id);
    why.ifPresent(reason -> {
      throw Refusal.invalid("document." + of + ".id", "`" + of + ".id` " + reason);
    });
  }

  private static String taken(Document document, Registered registered) {
    String what =
        "A document with target.id `%s`, and creator.id `%s`"
            .formatted(document.targetId(), document.creatorId());
    return registered instanceof Registered.Clash(Document other)
        ? what
            + " cannot be registered: its id is that of target.id `%s`, and creator.id `%s`"
                .formatted(other.targetId(), other.creatorId())
        : what + " already exists";
  }

  private Reply registerMany(Exchange exchange) throws IOException {
    if (!(Requests.json(exchange, GivenDocument.MISTAKE) instanceof Value.Items(var items))) {
      throw Refusal.invalid("body", GivenDocument.MISTAKE);
    }
    List<Value> failed = new ArrayList<>();
    List<Document> understood = new ArrayList<>();
    for (Value item : Requests.bounded(items)) {
      Value inner = unwrapped(item);
      try {
        understood.add(document(GivenDocument.of(inner)));
      } catch (Refusal refusal) {
        failed.add(
            MarshalledForm.failed(
                MarshalledForm.NO_DOCUMENT, invalid(inner), reason(refusal.failure())));
      }
    }
    return Reply.ok(registered(understood, failed));
  }

  /** An item may be a text that holds a document, as dane-workflows sends them. */
  private static Value unwrapped(Value item) {
    if (!(item instanceof Value.Text(String text))) {
      return item;
    }
    try {
      return PythonJson.read(text);
    } catch (PythonJson.NotJson _) {
      return item; // is refused as what it is
    }
  }

  /** The item itself, or how it begins: what was refused is not sent back whole. */
  private static Value.Fields invalid(Value item) {
    if (PythonJson.length(item) > MOST_REPEATED) {
      String begin = PythonJson.beginning(item, MOST_REPEATED);
      return new Value.Fields(Map.of("item", new Value.Text(begin + "\u2026")));
    }
    return item instanceof Value.Fields fields ? fields : new Value.Fields(Map.of("item", item));
  }

  private static String reason(Failure failure) {
    return failure instanceof Failure.Invalid(String _, String why) ? why : failure.message();
  }

  private Value.Fields registered(List<Document> understood, List<Value> failed) {
    List<Value> success = new ArrayList<>();
    List<Registered> answers = documents.register().register(understood);
    for (int i = 0; i < answers.size(); i++) {
      Document document = understood.get(i);
      switch (answers.get(i)) {
        case Registered.Stored(Document stored) -> success.add(MarshalledForm.document(stored));
        case Registered.Exists(Document stored) ->
            failed.add(refused(document.id(), stored, document, answers.get(i)));
        case Registered.Clash _ ->
            failed.add(refused(document.id(), document, document, answers.get(i)));
      }
    }
    return fields("success", new Value.Items(success), "failed", new Value.Items(failed));
  }

  /** With what the client sent, and since when it is there: clients take ids from here. */
  private static Value refused(
      DocumentId id, Document stored, Document sent, Registered registered) {
    var shown =
        new Document(
            id,
            sent.space(),
            sent.targetId(),
            sent.creatorId(),
            sent.target(),
            sent.creator(),
            stored.createdAt(),
            stored.updatedAt());
    return MarshalledForm.failed(
        MarshalledForm.document(shown), new Value.Fields(Map.of()), taken(sent, registered));
  }

  private Reply show(Exchange exchange) {
    return Reply.ok(MarshalledForm.document(find(Requests.document(exchange))));
  }

  private Document find(DocumentId id) {
    return views.document(space, id).orElseThrow(Requests::notFound);
  }

  /**
   * Each is looked for first, and read when it is written: what was deleted by then is left out.
   */
  private Iterator<Value> showMany(Exchange exchange) {
    List<DocumentId> ids =
        Requests.many(exchange, "doc").stream().map(Requests::documentOf).toList();
    ids.forEach(this::find);
    return ids.stream()
        .flatMap(id -> views.document(space, id).stream())
        .<Value>map(MarshalledForm::document)
        .iterator();
  }

  private Reply delete(Exchange exchange) {
    return deleted(documents.delete().document(space, Requests.document(exchange)));
  }

  private Reply deleteMany(Exchange exchange) {
    Requests.many(exchange, "docs").stream()
        .filter(DocumentId::isValid)
        .forEach(id -> documents.delete().document(space, new DocumentId(id)));
    return deleted(true);
  }

  /** What was deleted, is: the answer is an empty text. */
  static Reply deleted(boolean done) {
    if (!done) {
      throw Requests.notFound();
    }
    return Reply.ok(new Value.Text(""));
  }

  private Iterator<Value> tasks(Exchange exchange) {
    DocumentId id = find(Requests.document(exchange)).id();
    return shown(Pages.of((last, most) -> views.tasksOf(space, id, after(last), most)));
  }

  private static long after(Optional<AssignedTask> last) {
    return last.map(AssignedTask::sequence).orElse(0L);
  }

  private static Iterator<Value> shown(Pages<AssignedTask> tasks) {
    return new Shown<>(tasks, MarshalledForm::task);
  }

  private Counted search(Exchange exchange) {
    var search = new Search(space, pattern(exchange, "target_id"), pattern(exchange, "creator_id"));
    int page = Requests.page(exchange, DocumentViewStore.MOST_COUNTED / HITS + 1);
    Hits hits = views.search(search, (page - 1) * HITS, Pages.SIZE);
    var documents =
        Pages.<Document>first(
            HITS,
            (last, most) ->
                last.isEmpty() ? hits.documents() : views.searchAfter(search, last, most));
    return new Counted(new Shown<>(documents, MarshalledForm::document), hits::total);
  }

  private static String pattern(Exchange exchange, String name) {
    String pattern = exchange.query().one(name).orElse("*");
    if (pattern.length() > Search.LONGEST) {
      throw Refusal.invalid(name, name + " has more than " + Search.LONGEST + " characters");
    }
    return pattern;
  }

  private Reply showResult(Exchange exchange) {
    return views
        .result(space, Requests.result(exchange))
        .map(result -> Reply.ok(MarshalledForm.result(result)))
        .orElseThrow(Requests::notFound);
  }

  private Reply deleteResult(Exchange exchange) {
    return deleted(documents.delete().result(space, Requests.result(exchange)));
  }

  private Iterator<Value> documentsOfCreator(Exchange exchange) {
    String creator = exchange.parameter("creator");
    return new Shown<>(
        Pages.<Document>of(
            (last, most) -> views.documentsOf(space, creator, last.map(Document::targetId), most)),
        MarshalledForm::document);
  }

  private Iterator<Value> tasksOfCreator(Exchange exchange) {
    String creator = exchange.parameter("creator");
    String key = key(exchange);
    return shown(Pages.of((last, most) -> views.tasksOf(space, creator, key, after(last), most)));
  }

  private Iterator<Value> resultsOfCreator(Exchange exchange) {
    String creator = exchange.parameter("creator");
    String key = key(exchange);
    return new Shown<>(
        Pages.<StoredResult>ofResults((last, most) ->
            views.resultsOf(
                space, creator, key, last.map(StoredResult::sequence).orElse(0L), most)),
        stored -> MarshalledForm.result(stored.result()));
  }

  private static String key(Exchange exchange) {
    return PythonText.upper(exchange.parameter("key"));
  }

  static Value.Fields fields(String first, Value one, String second, Value other) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put(first, one);
    fields.put(second, other);
    return new Value.Fields(fields);
  }
}
