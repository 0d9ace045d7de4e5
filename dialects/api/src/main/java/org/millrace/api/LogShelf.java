package org.millrace.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.views.AttemptView;
import org.millrace.engine.views.LogFolder;
import org.millrace.engine.views.TaskView;

/** Finds the logs of a task's executors, which run one after another. Thread-safe. */
final class LogShelf {
  private final LogFolder folder;

  LogShelf(LogFolder folder) {
    this.folder = folder;
  }

  /**
   * Which logs are asked for.
   *
   * @param attempt only of this one
   * @param executor only of this one
   */
  record Wanted(TaskId task, OptionalInt attempt, OptionalInt executor, LogFolder.Stream stream) {}

  /** Of which attempt, and of which executor of it. */
  record Place(int attempt, int executor) {
    static Place beforeFirst(int attempt) {
      return new Place(attempt, -1);
    }
  }

  /** How many executors an attempt at this task has. */
  static int executors(TaskView view) {
    return switch (view.spec().work()) {
      case ContainerWork container -> container.executors().size();
    };
  }

  /** What there is at a place. */
  Optional<Log> at(Place place, Wanted wanted, TaskView view) {
    if (place.executor() < 0) {
      return Optional.empty();
    }
    return folder.stream(wanted.task(), place.attempt(), place.executor(), wanted.stream())
        .<Log>map(Log.Whole::new)
        .or(() -> recorded(place, view).map(result -> tail(result, wanted.stream())));
  }

  private static Optional<ExecutorResult> recorded(Place place, TaskView view) {
    return view.attempts().stream()
        .filter(attempt -> attempt.number() == place.attempt())
        .map(AttemptView::report)
        .flatMap(report -> report.executors().stream().skip(place.executor()))
        .findFirst();
  }

  private static Log tail(ExecutorResult result, LogFolder.Stream stream) {
    return new Log.Tail(
        switch (stream) {
          case STDOUT -> result.stdout();
          case STDERR -> result.stderr();
        });
  }

  /** The last place of the attempt asked for, or else of the latest one, that has a log. */
  Optional<Place> latest(Wanted wanted, TaskView view) {
    int attempt = wanted.attempt().orElse(view.task().attempt());
    List<Place> there =
        places(attempt, 0, wanted.executor(), view)
            .filter(place -> at(place, wanted, view).isPresent())
            .toList();
    return there.isEmpty() ? Optional.empty() : Optional.of(there.getLast());
  }

  /** The first place after this one that has a log: when there is one, this one is complete. */
  Optional<Place> next(Place place, Wanted wanted, TaskView view) {
    return laterInAttempt(place, wanted, view)
        .or(() ->
            IntStream.rangeClosed(place.attempt() + 1, lastAttempt(wanted, view))
                .boxed()
                .flatMap(attempt -> places(attempt, 0, wanted.executor(), view))
                .filter(later -> at(later, wanted, view).isPresent())
                .findFirst());
  }

  private Optional<Place> laterInAttempt(Place place, Wanted wanted, TaskView view) {
    return places(place.attempt(), place.executor() + 1, wanted.executor(), view)
        .filter(later -> at(later, wanted, view).isPresent())
        .findFirst();
  }

  /** Whether another executor has begun after the one asked for, so that its log is complete. */
  boolean isFollowed(Wanted wanted, TaskView view) {
    if (wanted.attempt().isEmpty() || wanted.executor().isEmpty()) {
      return false;
    }
    var here = new Place(wanted.attempt().getAsInt(), wanted.executor().getAsInt());
    var any = new Wanted(wanted.task(), wanted.attempt(), OptionalInt.empty(), wanted.stream());
    return laterInAttempt(here, any, view).isPresent();
  }

  private static int lastAttempt(Wanted wanted, TaskView view) {
    return wanted.attempt().orElse(view.task().attempt());
  }

  private static Stream<Place> places(int attempt, int from, OptionalInt executor, TaskView view) {
    return IntStream.range(from, executors(view))
        .filter(index -> executor.isEmpty() || executor.getAsInt() == index)
        .mapToObj(index -> new Place(attempt, index));
  }
}
