package org.millrace.dane;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.millrace.dane.Marshalled.Counted;
import org.millrace.dane.Marshalled.Reply;
import org.millrace.domain.document.Space;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.DocumentViewStore.Except;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;
import org.millrace.http.Handler;
import org.millrace.http.Routes;

/** Workers and what went wrong with them ({@code contracts/dane.md 1.5, rows 17 to 19}). */
final class WorkerRoutes {
  /** What is no error: in the queue, done, about to be queued, waiting for another one. */
  private static final Set<Integer> NO_ERROR = Set.of(102, 200, 201, 412);

  private static final int USUAL_STATE = 500;

  private final Space space;
  private final String responseQueue;
  private final Documents documents;
  private final WorkerQueues queues;

  WorkerRoutes(DaneConfig config, Documents documents, WorkerQueues queues) {
    this.space = config.space();
    this.responseQueue = config.responseQueue();
    this.documents = documents;
    this.queues = queues;
  }

  Routes routes() {
    Handler reset = Requests.act(Marshalled.one(exchange -> reset(exchange, USUAL)));
    Handler resetOf =
        Requests.act(Marshalled.one(exchange -> reset(exchange, exchange.parameter("state"))));
    return Routes.under("/DANE")
        .get("/workers/", this::list)
        .get("/workers/{key}", Marshalled.counted("tasks", this::errors))
        .get("/workers/{key}/reset", reset)
        .post("/workers/{key}/reset", reset)
        .get("/workers/{key}/reset/{state}", resetOf)
        .post("/workers/{key}/reset/{state}", resetOf);
  }

  private static final String USUAL = Integer.toString(USUAL_STATE);

  /** Row 17: 405 where the broker has no management interface, 500 while that is out of reach. */
  private Answer list(Exchange exchange) throws IOException, InterruptedException {
    if (!queues.canBeAsked()) {
      return DaneErrors.message(405, "The broker of the workers cannot be asked for its queues.")
          .with("Allow", "OPTIONS");
    }
    Optional<List<WorkerQueue>> told = queues.now();
    return told.isPresent()
        ? Marshalled.one(_ -> list(told.get())).answer(exchange)
        : DaneErrors.message(
            500, "The broker of the workers cannot be reached; try again in a few seconds.");
  }

  private Reply list(List<WorkerQueue> told) {
    List<Value> shown =
        told.stream()
            .filter(queue -> !queue.name().equals(responseQueue))
            .<Value>map(WorkerRoutes::queue)
            .toList();
    return Reply.ok(new Value.Items(shown));
  }

  static Value.Fields queue(WorkerQueue queue) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("name", new Value.Text(queue.name()));
    fields.put("active_workers", LibraryForm.number(queue.consumers()));
    fields.put("in_queue", LibraryForm.number(queue.messages()));
    return new Value.Fields(fields);
  }

  /** However many they are, and read for as long as somebody wants the next one. */
  private Counted errors(Exchange exchange) {
    var tasks = TasksExcept.all(documents.views(), errors(space, exchange));
    return new Counted(new Shown<>(tasks, MarshalledForm::task), tasks::total);
  }

  /** All tasks of the key in the path but those in order. */
  static Except errors(Space space, Exchange exchange) {
    return new Except(space, Optional.of(key(exchange)), NO_ERROR);
  }

  private Reply reset(Exchange exchange, String state) {
    OptionalInt number =
        PythonInt.clamped(new Value.Text(state), Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (number.isEmpty()) {
      return affected(0, "The state is not a number");
    }
    String who = exchange.caller().owner().name();
    try {
      int asked =
          documents.askAgain().askAll(space, key(exchange), number.getAsInt(), Asking.allBy(who));
      return affected(asked, asked == 0 ? "No tasks affected" : "");
    } catch (Refusal refusal) {
      return affected(0, refusal.failure().message()); // failures come with 200 here
    }
  }

  private static Reply affected(int total, String error) {
    return Reply.ok(
        DocumentRoutes.fields("total", LibraryForm.number(total), "error", new Value.Text(error)));
  }

  private static String key(Exchange exchange) {
    return PythonText.upper(exchange.parameter("key"));
  }
}
