package org.millrace.api;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskViews;
import org.millrace.http.EventStream;

/**
 * Sends history as it grows. The cursor is the sequence of the last line sent, which is also its
 * id: whoever comes back with it gets the line after it, none twice and none left out. Thread-safe.
 */
final class EventFeed {
  private static final int AT_ONCE = 256;

  private final TaskViews views;
  private final StagingBoard staging;
  private final Pace pace;

  EventFeed(TaskViews views, StagingBoard staging, Bell history) {
    this.views = views;
    this.staging = staging;
    this.pace = new Pace(history, Duration.ofMillis(50), Duration.ofSeconds(1));
  }

  /** Until the client goes or the server stops. */
  void send(long after, Optional<TaskId> task, Caller caller, EventStream out)
      throws IOException, InterruptedException {
    long cursor = after;
    while (true) {
      long heard = pace.bell().rings();
      cursor = sendNews(cursor, task, caller, out);
      pace.await(heard);
    }
  }

  private record Begin(long after) {}

  /**
   * The same for a client that named no place to go on from: tells it the one it begins at, or it
   * would miss what happens between a first connection that brought nothing and the next.
   */
  void sendFrom(long newest, Optional<TaskId> task, Caller caller, EventStream out)
      throws IOException, InterruptedException {
    out.send(Long.toString(newest), "begin", Json.text(new Begin(newest)));
    send(newest, task, caller, out);
  }

  /** Sends the news of one task until it has ended and all is told; tells of its staging, too. */
  void sendToItsEnd(long after, TaskId task, Caller caller, EventStream out)
      throws IOException, InterruptedException {
    long cursor = after;
    Optional<WireStaging> told = Optional.empty();
    while (true) {
      long heard = pace.bell().rings();
      TaskGlance now = views.glance(task, caller); // before the last line is read
      cursor = sendNews(cursor, Optional.of(task), caller, out);
      if (now.state().isFinal()) {
        return;
      }
      told = sendStaging(now, told, out);
      pace.await(heard);
    }
  }

  /** Sends what came after the cursor and returns the next one. */
  private long sendNews(long after, Optional<TaskId> task, Caller caller, EventStream out)
      throws IOException {
    long cursor = after;
    while (true) {
      long newest = views.newestEvent();
      List<HistoryEvent> news = views.history(cursor, task, AT_ONCE, caller);
      for (HistoryEvent event : news) {
        WireEvent wire = WireEvent.of(event);
        out.send(Long.toString(event.sequence()), wire.kind(), Json.text(wire));
        cursor = event.sequence();
      }
      if (news.size() < AT_ONCE) {
        return Math.max(cursor, newest); // lines of others need not be passed over again
      }
    }
  }

  /** It has no id, because it is no history: whoever comes back is not told of it again. */
  private Optional<WireStaging> sendStaging(
      TaskGlance task, Optional<WireStaging> told, EventStream out) throws IOException {
    Optional<WireStaging> now = WireStaging.now(task, staging);
    if (now.isPresent() && !now.equals(told)) {
      out.send("", "staging", Json.text(now.get()));
    }
    return now;
  }
}
