package org.millrace.dane;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.millrace.dane.Marshalled.Reply;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Space;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.DocumentViewStore.Except;
import org.millrace.engine.documents.DocumentViewStore.Place;
import org.millrace.engine.documents.DocumentViewStore.StoredResult;
import org.millrace.engine.workers.WorkerBroker.Binding;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;
import org.millrace.http.Access;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;
import org.millrace.http.PageFile;
import org.millrace.http.Routes;

/**
 * The web page of both eras ({@code contracts/dane.md 7}), and what it shows beyond the contract:
 * results of a task, which keys a queue is bound to, and the errors of a key page by page, since
 * the page asks for them every few seconds and the contract's list has no end. Those are here and
 * not under {@code /DANE}, which stays what the original's clients know.
 *
 * <p>The page asks to sign in as its calls do, so that the browser has the reader's password when
 * they come; its scripts are open, for nothing of anybody is in them. It runs no script and no
 * style but its own files, takes no text for markup ({@code require-trusted-types-for}), and no
 * other page may frame it.
 *
 * <p>Another site's page cannot use the reader's browser for a change. What the page does goes by
 * POST and DELETE, with which a browser names the page's origin, and {@code http} refuses those of
 * a foreign one ({@code CrossOrigin}); the old GETs with effects are refused by what the browser
 * says of the page ({@link Requests#act}). Python clients say nothing and pass.
 */
final class ManageRoutes {
  private static final String POLICY =
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'none'; require-trusted-types-for 'script'";

  /** What the page asks for; nothing else that lies beside it is served. */
  private static final List<String> FILES =
      List.of(
          "style.css",
          "icon.svg",
          "js/index.js",
          "js/calls.js",
          "js/documents.js",
          "js/elements.js",
          "js/jobs.js",
          "js/json.js",
          "js/live.js",
          "js/tasks.js",
          "js/workers.js");

  private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(10);

  private final PageFile page = PageFile.beside(ManageRoutes.class, "manage/index.html");
  private final Map<String, PageFile> files =
      FILES.stream()
          .collect(
              Collectors.toMap(
                  Function.identity(),
                  name -> PageFile.beside(ManageRoutes.class, "manage/" + name)));
  private final Space space;
  private final String exchangeName;
  private final String responseQueue;
  private final DocumentViewStore views;
  private final WorkerQueues queues;

  ManageRoutes(DaneConfig config, DocumentViewStore views, WorkerQueues queues) {
    this.space = config.space();
    this.exchangeName = config.exchange();
    this.responseQueue = config.responseQueue();
    this.views = views;
    this.queues = queues;
  }

  Routes routes() {
    return Routes.under("/manage")
        .get("/", this::page)
        .get("/js/{file}", exchange -> file("js/" + exchange.parameter("file")), Access.OPEN)
        .get("/{file}", exchange -> file(exchange.parameter("file")), Access.OPEN)
        .get("/workers", Marshalled.one(_ -> workers()))
        .get("/workers/{key}", Marshalled.one(this::errors))
        .get("/task/{task}/results", Marshalled.list(this::results));
  }

  /** Its links are relative to a path that ends in a slash. */
  private Answer page(Exchange exchange) {
    return exchange.path().endsWith("/")
        ? page.answer()
            .with("Cache-Control", "no-cache")
            .with("Content-Security-Policy", POLICY)
            .with("X-Frame-Options", "DENY")
            .with("Referrer-Policy", "no-referrer")
        : Answer.redirect(308, "manage/");
  }

  /** Small, and each must fit the others: browsers ask for them every time. */
  private Answer file(String name) {
    return Optional.ofNullable(files.get(name))
        .orElseThrow(Requests::notFound)
        .answer()
        .with("Cache-Control", "no-cache");
  }

  private Reply workers() throws InterruptedException {
    List<WorkerQueue> told =
        queues
            .now()
            .orElseThrow(() ->
                new Refusal(
                    new Failure.Unavailable(
                        queues.canBeAsked()
                            ? "The broker of the workers cannot be reached; try again"
                            : "The broker of the workers cannot be asked for its queues;"
                                + " configure broker.management",
                        ASK_AGAIN_AFTER)));
    return Reply.ok(
        new Value.Items(
            told.stream()
                .filter(queue -> !queue.name().equals(responseQueue))
                .map(this::queue)
                .toList()));
  }

  private Value queue(WorkerQueue queue) {
    Map<String, Value> fields = new LinkedHashMap<>(WorkerRoutes.queue(queue).values());
    fields.put("keys", new Value.Items(keys(queue)));
    return new Value.Fields(fields);
  }

  /** What follows the type in what it is bound to ({@code contracts/dane.md 3.2}). */
  private List<Value> keys(WorkerQueue queue) {
    return queue.bindings().stream()
        .filter(binding -> binding.exchange().equals(exchangeName))
        .map(Binding::key)
        .map(routing -> routing.substring(routing.indexOf('.') + 1))
        .filter(key -> !key.isEmpty() && !key.contains("#") && !key.contains("*"))
        .distinct()
        .sorted()
        .<Value>map(Value.Text::new)
        .toList();
  }

  /**
   * A page of what went wrong with the tasks of a key, and how many there are by what they show.
   * One more than are counted says that there are more than those, the lowest numbers being counted
   * first; pages end there too.
   */
  private Reply errors(Exchange exchange) {
    Except except = WorkerRoutes.errors(space, exchange);
    int page = Requests.page(exchange, DocumentViewStore.MOST_COUNTED / Pages.SIZE);
    Map<String, Value> states = new LinkedHashMap<>();
    int total = 0;
    for (var state : views.countsExcept(except, DocumentViewStore.MOST_COUNTED + 1).entrySet()) {
      states.put(state.getKey().toString(), LibraryForm.number(state.getValue()));
      total += state.getValue();
    }
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("total", LibraryForm.number(total));
    fields.put("states", new Value.Fields(states));
    fields.put("tasks", new Value.Items(tasks(except, page)));
    return Reply.ok(new Value.Fields(fields));
  }

  private List<Value> tasks(Except except, int page) {
    Optional<Place> before =
        page == 1 ? Optional.empty() : views.placeExcept(except, (page - 1) * Pages.SIZE);
    return page > 1 && before.isEmpty()
        ? List.of()
        : views.except(except, before, Pages.SIZE).stream()
            .<Value>map(MarshalledForm::task)
            .toList();
  }

  /** Those that count: what a task found before it ran again is left out. */
  private Iterator<Value> results(Exchange exchange) {
    EntryId task =
        views.task(space, Requests.task(exchange)).orElseThrow(Requests::notFound).entry().id();
    return new Shown<>(
        Pages.<StoredResult>ofResults((last, most) ->
            views.resultsOf(space, task, false, last.map(StoredResult::sequence).orElse(0L), most)),
        stored -> MarshalledForm.result(stored.result()));
  }
}
