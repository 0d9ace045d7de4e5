package org.millrace.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskQuery.TagFilter;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.TaskViews;

/**
 * Pages of tasks by their true state. The store lists by the state that is shown to those who know
 * no CANCELING, so tasks that are being stopped are picked from among those that were preparing or
 * running: few at a time, and a page that would take too long to fill comes short, with a token.
 */
final class TaskPages {
  private static final int MOST_LOOKS = 8;
  private static final String INITIALIZING_THEN = "i.";
  private static final String RUNNING_THEN = "r.";

  private final TaskViews views;

  TaskPages(TaskViews views) {
    this.views = views;
  }

  /**
   * What to list.
   *
   * @param size most tasks on a page
   */
  record Wanted(
      Optional<TaskState> state, Optional<String> namePrefix, List<TagFilter> tags, int size) {
    private TaskQuery shownAs(
        Optional<TaskState> shown, int most, Optional<String> token, TaskQuery.Detail detail) {
      return new TaskQuery(
          Optional.empty(), Optional.empty(), namePrefix, shown, tags, most, token, detail);
    }
  }

  /** A page; {@code next} only if more may follow. */
  record Found(List<TaskView> tasks, Optional<String> next) {}

  /**
   * One page.
   *
   * @throws Refusal invalid: the token is not ours
   */
  Found find(Wanted wanted, Optional<String> token, Caller caller) {
    if (wanted.state().equals(Optional.of(TaskState.CANCELING))) {
      return beingStopped(wanted, token, caller);
    }
    Page page =
        views.list(
            wanted.shownAs(wanted.state(), wanted.size(), token, TaskQuery.Detail.FULL), caller);
    return new Found(
        page.tasks().stream().filter(view -> isIn(wanted.state(), view)).toList(), page.next());
  }

  private static boolean isIn(Optional<TaskState> state, TaskView view) {
    return state.map(wanted -> view.task().state() == wanted).orElse(true);
  }

  private Found beingStopped(Wanted wanted, Optional<String> token, Caller caller) {
    var tasks = new ArrayList<TaskView>();
    Optional<Place> place = Optional.of(token.map(Place::of).orElse(Place.FIRST));
    for (int look = 0; look < MOST_LOOKS && place.isPresent(); look++) {
      int room = wanted.size() - tasks.size();
      if (room == 0) {
        break;
      }
      Place here = place.get();
      TaskQuery query =
          wanted.shownAs(Optional.of(here.state()), room, here.token(), TaskQuery.Detail.GLANCE);
      Page page = views.list(query, caller);
      page.glances().stream()
          .filter(glance -> glance.state() == TaskState.CANCELING)
          .map(glance -> views.find(glance.id(), caller))
          .forEach(tasks::add);
      place = here.after(page);
    }
    return new Found(tasks, place.map(Place::text));
  }

  /** How far the search has come: in which of the two states, and where among its tasks. */
  private record Place(TaskState state, Optional<String> token) {
    static final Place FIRST = new Place(TaskState.INITIALIZING, Optional.empty());

    static Place of(String text) {
      Optional<String> rest = Optional.of(text.substring(Math.min(2, text.length())));
      Optional<String> token = rest.filter(inner -> !inner.isEmpty());
      if (text.startsWith(INITIALIZING_THEN)) {
        return new Place(TaskState.INITIALIZING, token);
      }
      if (text.startsWith(RUNNING_THEN)) {
        return new Place(TaskState.RUNNING, token);
      }
      throw Refusal.invalid("page_token", "was not issued by this server for these conditions");
    }

    Optional<Place> after(Page page) {
      if (page.next().isPresent()) {
        return Optional.of(new Place(state, page.next()));
      }
      return state == TaskState.INITIALIZING
          ? Optional.of(new Place(TaskState.RUNNING, Optional.empty()))
          : Optional.empty();
    }

    String text() {
      return (state == TaskState.RUNNING ? RUNNING_THEN : INITIALIZING_THEN) + token.orElse("");
    }
  }
}
