package org.millrace.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.millrace.api.LogShelf.Place;
import org.millrace.api.LogShelf.Wanted;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.TaskViews;
import org.millrace.http.FilePiece;

/**
 * Sends logs as they grow: what is there, then what comes, from executor to executor and attempt to
 * attempt as far as they are asked for, until the task has ended and all is sent. Thread-safe.
 */
final class LogFollower {
  /** Every so many looks the task is read again in full, whether its state has changed or not. */
  private static final int LOOKS_PER_READING = 8;

  private final TaskViews views;
  private final LogShelf shelf;
  private final Pace pace;

  LogFollower(TaskViews views, LogShelf shelf, Bell history) {
    this.views = views;
    this.shelf = shelf;
    this.pace = new Pace(history, Duration.ofMillis(100), Duration.ofMillis(250));
  }

  /**
   * Begins at the last executor that has a log, or with the first one that gets one.
   *
   * @param tail of the log it begins in, only so many bytes of what is there
   */
  void follow(Wanted wanted, OptionalLong tail, Caller caller, OutputStream out)
      throws IOException, InterruptedException {
    var watched = new Watched(wanted, caller);
    var reading = new Reading(wanted, watched.view(), tail, out);
    while (true) {
      long heard = pace.bell().rings();
      TaskView view = watched.look();
      boolean over = reading.isOver(view); // asked first: what is read after that is the rest
      reading.sendNews(view);
      if (over) {
        return;
      }
      pace.await(heard);
    }
  }

  /** A task that is looked at often: mostly one row of it, now and then all of it. */
  private final class Watched {
    private final Wanted wanted;
    private final Caller caller;
    private TaskView view;
    private TaskState seen;
    private int looks;

    Watched(Wanted wanted, Caller caller) {
      this.wanted = wanted;
      this.caller = caller;
      view = views.find(wanted.task(), caller);
      seen = view.task().state();
    }

    TaskView view() {
      return view;
    }

    TaskView look() {
      TaskState now = views.glance(wanted.task(), caller).state();
      looks++;
      if (now != seen || looks % LOOKS_PER_READING == 0) {
        view = views.find(wanted.task(), caller);
        seen = view.task().state();
      }
      return view;
    }
  }

  /** Where one client is. */
  private final class Reading {
    private final Wanted wanted;
    private final OutputStream out;
    private Place place;
    private long position;

    Reading(Wanted wanted, TaskView view, OptionalLong tail, OutputStream out)
        throws IOException, InterruptedException {
      this.wanted = wanted;
      this.out = out;
      int attempt = wanted.attempt().orElse(Math.max(1, view.task().attempt()));
      place = shelf.latest(wanted, view).orElse(Place.beforeFirst(attempt));
      if (tail.isPresent()) {
        position =
            shelf.use(place, wanted, view, log -> LogContent.of(log, tail).from()).orElse(0L);
      }
    }

    boolean isOver(TaskView view) {
      return view.task().state().isFinal() || attemptIsOver(view) || shelf.isFollowed(wanted, view);
    }

    private boolean attemptIsOver(TaskView view) {
      return wanted.attempt().isPresent()
          && view.attempts().stream()
              .filter(attempt -> attempt.number() == wanted.attempt().getAsInt())
              .anyMatch(attempt -> attempt.endedAt().isPresent());
    }

    void sendNews(TaskView view) throws IOException, InterruptedException {
      Optional<Place> next = shelf.next(place, wanted, view);
      sendHere(view);
      while (next.isPresent()) {
        place = next.get();
        position = 0;
        next = shelf.next(place, wanted, view);
        sendHere(view);
      }
    }

    private void sendHere(TaskView view) throws IOException, InterruptedException {
      position += shelf.use(place, wanted, view, this::send).orElse(0L);
    }

    private long send(Log log) throws IOException, InterruptedException {
      return switch (log) {
        case Log.Whole(Path file) -> FilePiece.copy(file, position, Long.MAX_VALUE, out);
        case Log.Tail tail -> sendRecorded(tail);
      };
    }

    /** A record is all there will be; of a file that was followed until it went, it is known. */
    private long sendRecorded(Log.Tail tail) throws IOException, InterruptedException {
      LogContent all = LogContent.of(tail, OptionalLong.empty());
      long rest = Math.max(0, all.size() - position);
      all.copy(Math.min(position, all.size()), rest, out);
      return rest;
    }
  }
}
