package org.millrace.tes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.cancellation.CancelTask;
import org.millrace.engine.submission.SubmitTask;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.TaskViews;
import org.millrace.http.Access;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;
import org.millrace.http.Routes;

/**
 * The five operations of TES, under every base path that clients know it by.
 *
 * <p>Contract ({@code contracts/tes.md 1 to 3}): all answer 200 with JSON that no cache may keep.
 * An id that cannot be one is unknown, 404, never malformed. Cancelling what has ended changes
 * nothing and answers {@code {}}. Service-info is open to everybody. What GET answers has an {@link
 * EntityTag}, except for lists too long to be held ({@link ListBody#MOST_HELD}).
 *
 * <p>Lists hold what came through this face. By its id, every task of the caller's that TES has
 * words for, which is container work, is shown and can be cancelled, whatever face it came through:
 * whoever knows the id got it from us, and a task that one page shows and another denies would only
 * confuse. A page that is narrowed to a state is sifted after it was read, and the store looks at a
 * bounded number of tasks for each: it may come short, even empty, with a token that leads on.
 */
final class TesRoutes {
  private final TesJson json;
  private final TesMapper mapper;
  private final TesViews wire;
  private final ShownStates states;
  private final SubmitTask submitTask;
  private final TaskViews views;
  private final CancelTask cancelTask;
  private final byte[] serviceInfo;
  private final EntityTag serviceInfoTag;

  TesRoutes(
      TesJson json,
      TesMapper mapper,
      TesViews wire,
      ShownStates states,
      SubmitTask submitTask,
      TaskViews views,
      CancelTask cancelTask,
      byte[] serviceInfo) {
    this.json = json;
    this.mapper = mapper;
    this.wire = wire;
    this.states = states;
    this.submitTask = submitTask;
    this.views = views;
    this.cancelTask = cancelTask;
    this.serviceInfo = serviceInfo;
    this.serviceInfoTag = EntityTag.of(View.FULL, serviceInfo);
  }

  Routes routes() {
    return Routes.under("/ga4gh/tes/v1", "/v1", "")
        .get("/service-info", this::serviceInfo, Access.OPEN)
        .get("/tasks/service-info", this::serviceInfo, Access.OPEN)
        .post("/tasks", this::createTask)
        .get("/tasks", this::listTasks)
        .get("/tasks/{id}", this::getTask)
        .post("/tasks/{id}:cancel", this::cancelTask);
  }

  private Answer serviceInfo(Exchange exchange) {
    return serviceInfoTag.answer(exchange, serviceInfo);
  }

  private Answer createTask(Exchange exchange) throws IOException {
    TaskId id = submitTask.submit(spec(exchange), Optional.empty());
    return neverKept(Answer.json(json.write(TesMapper.toId(id))));
  }

  private TaskSpec spec(Exchange exchange) throws IOException {
    var unknown = new UnknownFields();
    TesTask body = json.read(exchange.body(), unknown);
    try {
      return mapper.toSpec(body, exchange.caller().owner());
    } catch (Refusal refusal) {
      throw unknown.explain(refusal);
    }
  }

  private Answer getTask(Exchange exchange) {
    View view = exchange.query().choice("view", View.MINIMAL);
    TaskId id = id(exchange);
    byte[] task =
        switch (view) {
          case MINIMAL -> minimal(views.glance(id, exchange.caller()));
          case BASIC, FULL -> json.write(wire.show(views.find(id, exchange.caller()), view));
        };
    return neverKept(EntityTag.of(view, task).answer(exchange, task));
  }

  private Answer listTasks(Exchange exchange) throws IOException {
    ListRequest asked = ListRequest.of(exchange.query());
    Caller caller = exchange.caller();
    Page page = page(asked, caller);
    ListBody list = json.list(tasks(page, asked, caller).iterator(), page.next());
    return neverKept(
        list.whole()
            .map(body -> EntityTag.of(asked.view(), body).answer(exchange, body))
            .orElseGet(() -> Answer.written(200, "application/json", list::writeTo)));
  }

  private Answer cancelTask(Exchange exchange) {
    cancelTask.cancel(id(exchange), exchange.caller());
    return neverKept(Answer.json(json.write(Map.of())));
  }

  /** Asked millions of times: neither id nor state needs escaping. */
  private byte[] minimal(TaskGlance task) {
    String text = "{\"id\":\"" + task.id() + "\",\"state\":\"" + states.of(task) + "\"}";
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private Page page(ListRequest asked, Caller caller) {
    boolean possible = asked.state().map(states::exists).orElse(true);
    return possible
        ? views.list(asked.query(states), caller)
        : new Page(List.of(), List.of(), Optional.empty());
  }

  /** One after another, since a page of large tasks would not fit into memory. */
  private Stream<TesTask> tasks(Page page, ListRequest asked, Caller caller) {
    Stream<TaskGlance> glances =
        page.glances().stream()
            .filter(task -> asked.state().map(states.of(task)::equals).orElse(true));
    return switch (asked.view()) {
      case MINIMAL -> glances.map(task -> TesTask.minimal(task.id().text(), states.of(task)));
      case BASIC, FULL ->
          glances
              .flatMap(task -> unlessGone(task.id(), caller).stream())
              .map(task -> wire.show(task, asked.view()));
    };
  }

  /** A task may be removed between the list and the look. */
  private Optional<TaskView> unlessGone(TaskId id, Caller caller) {
    try {
      return Optional.of(views.find(id, caller));
    } catch (Refusal refusal) {
      if (refusal.failure() instanceof Failure.NotFound) {
        return Optional.empty();
      }
      throw refusal;
    }
  }

  private static TaskId id(Exchange exchange) {
    String id = exchange.parameter("id");
    if (!TaskId.isValid(id)) {
      throw new Refusal(new Failure.NotFound("task " + Quoted.of(id)));
    }
    return new TaskId(id);
  }

  private static Answer neverKept(Answer answer) {
    return TesErrors.neverKept(answer);
  }
}
