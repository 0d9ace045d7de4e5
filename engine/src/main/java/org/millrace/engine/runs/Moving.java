package org.millrace.engine.runs;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.millrace.domain.run.RunNode;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.transition.News;
import org.millrace.engine.views.ViewStore;

/** Begins what is ready and tells what has ended, and what follows from that, all in one piece. */
final class Moving {
  private static final int AT_ONCE = 1000;

  private final RunStore store;
  private final RunViewStore runs;
  private final ViewStore tasks;
  private final Beginning beginning;
  private final Telling telling;
  private final News news;
  private final InstantSource clock;

  Moving(
      RunStore store,
      RunViewStore runs,
      ViewStore tasks,
      Beginning beginning,
      Telling telling,
      News news,
      InstantSource clock) {
    this.store = store;
    this.runs = runs;
    this.tasks = tasks;
    this.beginning = beginning;
    this.telling = telling;
    this.news = news;
    this.clock = clock;
  }

  /** One piece; whether there was anything to do. */
  boolean move(RunHead head) {
    var turn = new RunTurn(head.run(), clock.instant());
    var values = new LeftValues(turn, runs, tasks);
    Deque<RunNode> ended = new ArrayDeque<>(store.toTell(turn.id(), AT_ONCE));
    Deque<RunNode> ready = new ArrayDeque<>();
    if (head.run().state().starts()) {
      ready.addAll(store.ready(turn.id(), AT_ONCE));
    }
    while (turn.room() > 0 && !(ready.isEmpty() && ended.isEmpty())) {
      if (ready.isEmpty()) {
        telling.tell(turn, ended.remove(), values);
      } else {
        beginning.begin(turn, ready.remove(), values);
      }
      takeWhatFollows(turn, ready, ended);
    }
    if (turn.changes().isEmpty()) {
      return false;
    }
    store.apply(turn.changes(), turn.now());
    news.taskArrived();
    return true;
  }

  private static void takeWhatFollows(RunTurn turn, Deque<RunNode> ready, Deque<RunNode> ended) {
    if (turn.run().state().starts()) {
      ready.addAll(turn.ready());
    }
    turn.ready().clear();
    ended.addAll(turn.telling());
    turn.telling().clear();
  }
}
