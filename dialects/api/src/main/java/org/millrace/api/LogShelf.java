package org.millrace.api;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.views.AttemptView;
import org.millrace.engine.views.LogFolder;
import org.millrace.engine.views.TaskView;

/** Finds the logs of a task's executors, which run one after another. Thread-safe. */
final class LogShelf {
  /** How often a log is looked for that is put elsewhere between a look and its use. */
  private static final int LOOKS = 5;

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
      case StepsWork _ -> 1;
      case InProcessWork _, WorkerWork _ -> 0;
    };
  }

  /** Does something with a log, which may vanish under its hands. */
  @FunctionalInterface
  interface Use<T> {
    T of(Log log) throws IOException, InterruptedException;
  }

  /** Uses what there is at a place; looks again when that has been put elsewhere meanwhile. */
  <T> Optional<T> use(Place place, Wanted wanted, TaskView view, Use<T> use)
      throws IOException, InterruptedException {
    for (int look = 1; ; look++) {
      Optional<Log> log = at(place, wanted, view);
      try {
        return log.isEmpty() ? Optional.empty() : Optional.of(use.of(log.get()));
      } catch (NoSuchFileException gone) {
        if (look == LOOKS) {
          throw gone;
        }
      }
    }
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

  /**
   * Of the attempt asked for, or else of the latest one: the last place where something was
   * written; where nothing was, the first that has a log at all.
   */
  Optional<Place> latest(Wanted wanted, TaskView view) {
    List<Place> written = places(lastAttempt(wanted, view), 0, wanted, view).toList();
    return written.reversed().stream()
        .filter(place -> isWritten(place, wanted, view))
        .findFirst()
        .or(() ->
            written.stream().filter(place -> at(place, wanted, view).isPresent()).findFirst());
  }

  /** The first place after this one where something was written: then this one is complete. */
  Optional<Place> next(Place place, Wanted wanted, TaskView view) {
    Stream<Place> inAttempt = places(place.attempt(), place.executor() + 1, wanted, view);
    Stream<Place> inLaterOnes =
        IntStream.rangeClosed(place.attempt() + 1, lastAttempt(wanted, view))
            .boxed()
            .flatMap(attempt -> places(attempt, 0, wanted, view));
    return Stream.concat(inAttempt, inLaterOnes)
        .filter(later -> isWritten(later, wanted, view))
        .findFirst();
  }

  /** Whether another executor has written after the one asked for, so that its log is complete. */
  boolean isFollowed(Wanted wanted, TaskView view) {
    if (wanted.attempt().isEmpty() || wanted.executor().isEmpty()) {
      return false;
    }
    var any = new Wanted(wanted.task(), wanted.attempt(), OptionalInt.empty(), wanted.stream());
    var here = new Place(wanted.attempt().getAsInt(), wanted.executor().getAsInt());
    return next(here, any, view).isPresent();
  }

  private boolean isWritten(Place place, Wanted wanted, TaskView view) {
    return at(place, wanted, view).filter(log -> !log.isEmpty()).isPresent();
  }

  private static int lastAttempt(Wanted wanted, TaskView view) {
    return wanted.attempt().orElse(view.task().attempt());
  }

  private static Stream<Place> places(int attempt, int from, Wanted wanted, TaskView view) {
    return IntStream.range(from, executors(view))
        .filter(index -> wanted.executor().isEmpty() || wanted.executor().getAsInt() == index)
        .mapToObj(index -> new Place(attempt, index));
  }
}
