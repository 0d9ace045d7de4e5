package org.millrace.api;

import java.util.List;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.cancellation.CancelTask;
import org.millrace.engine.views.Explain;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskQuery.TagFilter;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.TaskViews;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;
import org.millrace.http.Query;

/** Tasks, whatever face they came through: listed, shown, explained, cancelled. */
final class TaskRoutes {
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1000;
  private static final int MOST_TAGS = 16;

  private final TaskViews views;
  private final TaskPages pages;
  private final CancelTask cancelTask;
  private final Explain explain;
  private final StagingBoard staging;

  TaskRoutes(TaskViews views, CancelTask cancelTask, Explain explain, StagingBoard staging) {
    this.views = views;
    this.pages = new TaskPages(views);
    this.cancelTask = cancelTask;
    this.explain = explain;
    this.staging = staging;
  }

  private record Glance(String id, TaskState state) {
    static Glance of(TaskGlance task) {
      return new Glance(task.id().text(), task.state());
    }
  }

  private record Listed(List<WireTaskLine> tasks, Optional<String> nextPageToken) {}

  Answer list(Exchange exchange) {
    Asked.only(exchange, "state", "name_prefix", "tag", "page_size", "page_token");
    Query query = exchange.query();
    var wanted =
        new TaskPages.Wanted(
            query.choice("state", TaskState.class),
            query.one("name_prefix").filter(prefix -> !prefix.isEmpty()),
            tags(query),
            (int) query.number("page_size", USUAL_PAGE, 1, LARGEST_PAGE));
    TaskPages.Found found =
        pages.find(
            wanted, query.one("page_token").filter(token -> !token.isEmpty()), exchange.caller());
    return Json.answer(
        new Listed(found.tasks().stream().map(WireTaskLine::of).toList(), found.next()));
  }

  private static List<TagFilter> tags(Query query) {
    List<String> texts = query.all("tag");
    if (texts.size() > MOST_TAGS) {
      throw Refusal.invalid("tag", "at most " + MOST_TAGS + " of them, not " + texts.size());
    }
    return texts.stream().map(TaskRoutes::tag).toList();
  }

  private static TagFilter tag(String text) {
    int equals = text.indexOf('=');
    String key = equals < 0 ? text : text.substring(0, equals);
    if (key.isEmpty()) {
      throw Refusal.invalid("tag", "must be key or key=value, with a key");
    }
    return new TagFilter(
        key, equals < 0 ? Optional.empty() : Optional.of(text.substring(equals + 1)));
  }

  Answer show(Exchange exchange) {
    Asked.only(exchange, "view");
    TaskId id = Asked.task(exchange);
    Caller caller = exchange.caller();
    Detail detail = exchange.query().choice("view", Detail.FULL);
    return switch (detail) {
      case MINIMAL -> Json.answer(Glance.of(views.glance(id, caller)));
      case BASIC, FULL -> Json.answer(shown(views.find(id, caller), detail));
    };
  }

  private WireTask shown(TaskView view, Detail detail) {
    return WireTask.of(view, detail, WireStaging.now(TaskGlance.of(view.task()), staging));
  }

  /** Harmless when repeated; the state tells whether it has come to its end yet. */
  Answer cancel(Exchange exchange) {
    Asked.only(exchange);
    TaskId id = Asked.task(exchange);
    cancelTask.cancel(id, exchange.caller());
    return Json.answer(202, Glance.of(views.glance(id, exchange.caller())));
  }

  Answer explain(Exchange exchange) {
    Asked.only(exchange);
    return Json.answer(
        WireExplanation.of(explain.explain(Asked.task(exchange), exchange.caller())));
  }
}
