package org.millrace.engine.transition;

import java.util.Optional;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition;
import org.millrace.engine.transition.StopSigns.Reason;
import org.millrace.engine.transition.TransitionStore.Change;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The one door through which tasks change: lock, decide, save, commit; only then the effects.
 * Thread-safe.
 */
public final class TaskTransitions {
  private static final Logger LOG = LoggerFactory.getLogger(TaskTransitions.class);

  private final TransitionStore store;
  private final FaceRule face;
  private final Announcer announcer;
  private final StopSigns stopSigns;
  private final News news;

  public TaskTransitions(
      TransitionStore store, FaceRule face, Announcer announcer, StopSigns stopSigns, News news) {
    this.store = store;
    this.face = face;
    this.announcer = announcer;
    this.stopSigns = stopSigns;
    this.news = news;
  }

  /** As {@link #apply(TaskId, TaskEvent, AttemptNews)}, without anything new about the attempt. */
  public Optional<Transition> apply(TaskId id, TaskEvent event) {
    return apply(id, event, AttemptNews.NONE);
  }

  /**
   * What the event did; empty if there is no such task. When it returns, that is on disk.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}: not known to be stored, may be
   *     tried again
   */
  public Optional<Transition> apply(TaskId id, TaskEvent event, AttemptNews attemptNews) {
    var change =
        new Change(
            event.at(), task -> TaskMachine.apply(task, event), attemptNews, face, announcer::tell);
    Optional<Transition> transition = store.apply(id, change);
    transition.ifPresent(this::afterCommit);
    return transition;
  }

  /** Stores what is known of an attempt, changing no state; false if the lease is not in force. */
  public boolean note(TaskId id, Lease lease, AttemptReport report) {
    return store.note(id, lease, report);
  }

  private void afterCommit(Transition transition) {
    switch (transition) {
      case Transition.Changed changed -> {
        log(changed);
        changed.effects().forEach(this::run);
        if (changed.task().state().isFinal()) {
          news.runs().ring();
        }
        if (changed.task().assigned() && concernsSiblings(changed)) {
          news.documents().ring();
        }
        news.history().ring();
      }
      case Transition.Late late -> {
        LOG.info("task={} late {} changes nothing", late.task().id(), late.what());
        news.history().ring();
      }
      case Transition.Noted _ -> news.history().ring();
      case Transition.Unchanged _ -> {}
    }
  }

  private static boolean concernsSiblings(Transition.Changed changed) {
    return changed.kind() == HistoryEvent.Kind.DEFERRED
        || changed.kind() == HistoryEvent.Kind.RETRIED
        || changed.task().state() == TaskState.COMPLETE;
  }

  private static void log(Transition.Changed changed) {
    Task task = changed.task();
    LOG.atLevel(task.state().isFinal() ? Level.INFO : Level.DEBUG)
        .log(
            "task={} {} state={}{}",
            task.id(),
            changed.kind(),
            task.state(),
            task.outcome().flatMap(Outcome::why).map(why -> ": " + why).orElse(""));
  }

  private void run(Transition.Effect effect) {
    switch (effect) {
      case Transition.Effect.Ring _ -> news.work().ring();
      case Transition.Effect.Stop(TaskId task, Lease lease) ->
          stopSigns.show(task, lease, Reason.CANCEL);
    }
  }
}
