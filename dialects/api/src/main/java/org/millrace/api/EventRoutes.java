package org.millrace.api;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.views.TaskViews;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;

/** History, read or followed. */
final class EventRoutes {
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1000;

  private final TaskViews views;
  private final EventFeed feed;

  EventRoutes(TaskViews views, StagingBoard staging, Bell history) {
    this.views = views;
    this.feed = new EventFeed(views, staging, history);
  }

  private record Listed(List<WireEvent> events, Optional<Long> nextAfter) {}

  /** Everything the caller may see, as it happens; from the newest on, unless told. */
  Answer all(Exchange exchange) {
    Asked.only(exchange, "after", "task");
    Caller caller = exchange.caller();
    Optional<TaskId> task = exchange.query().one("task").map(EventRoutes::task);
    task.ifPresent(id -> views.glance(id, caller));
    long newest = views.newestEvent();
    OptionalLong after = Asked.cursor(exchange, newest);
    return after.isPresent()
        ? Answer.events(out -> feed.send(after.getAsLong(), task, caller, out))
        : Answer.events(out -> feed.sendFrom(newest, task, caller, out));
  }

  /** The history of one task: a page of it, or the whole of it, followed to the task's end. */
  Answer ofTask(Exchange exchange) {
    TaskId id = Asked.task(exchange);
    boolean followed =
        exchange.headers("Accept").stream()
            .anyMatch(accept -> accept.toLowerCase(Locale.ROOT).contains("text/event-stream"));
    return followed ? followed(exchange, id) : page(exchange, id);
  }

  private Answer page(Exchange exchange, TaskId id) {
    Asked.only(exchange, "after", "page_size");
    long after = Asked.cursor(exchange, views.newestEvent()).orElse(0);
    int size = (int) exchange.query().number("page_size", USUAL_PAGE, 1, LARGEST_PAGE);
    List<HistoryEvent> events = views.history(after, Optional.of(id), size, exchange.caller());
    return Json.answer(
        new Listed(
            events.stream().map(WireEvent::of).toList(),
            events.size() < size ? Optional.empty() : Optional.of(events.getLast().sequence())));
  }

  /**
   * A browser opens a stream that has ended again and again; 204 tells it that nothing will follow.
   */
  private Answer followed(Exchange exchange, TaskId id) {
    Asked.only(exchange, "after");
    Caller caller = exchange.caller();
    boolean ended = views.glance(id, caller).state().isFinal();
    long after = Asked.cursor(exchange, views.newestEvent()).orElse(0);
    return ended && views.history(after, Optional.of(id), 1, caller).isEmpty()
        ? Answer.empty(204)
        : Answer.events(out -> feed.sendToItsEnd(after, id, caller, out));
  }

  private static TaskId task(String text) {
    if (!TaskId.isValid(text)) {
      throw Refusal.invalid("task", "must be the id of a task");
    }
    return new TaskId(text);
  }
}
