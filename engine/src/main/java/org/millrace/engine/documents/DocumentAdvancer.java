package org.millrace.engine.documents;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.millrace.domain.document.Siblings;
import org.millrace.domain.document.Siblings.Decision;
import org.millrace.domain.document.Siblings.Deferred;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskEvent.Woken;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.documents.DocumentStore.Assigned;
import org.millrace.engine.documents.SiblingStore.Marked;
import org.millrace.engine.transition.TaskTransitions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after tasks that were put off until others of their document are done, or pause before they
 * are tried again, which others that are done end. Woken by the bell of documents and by its poll
 * interval; the bell is a hint, the marks in the store are the truth. Whatever it does is harmless
 * when repeated, so that several servers may do it at once.
 */
public final class DocumentAdvancer {
  private static final Logger LOG = LoggerFactory.getLogger(DocumentAdvancer.class);

  /** Marks that are read together. */
  static final int PAGE = 100;

  /** Tasks whose defect is remembered as told. */
  private static final int MOST_DEFECTS = 1_000;

  private final DocumentPorts documents;
  private final Dependencies dependencies;
  private final AssignTasks assignTasks;
  private final TaskTransitions transitions;
  private final InstantSource clock;
  private final Map<TaskId, String> defects = new ConcurrentHashMap<>();

  public DocumentAdvancer(
      DocumentPorts documents,
      Dependencies dependencies,
      AssignTasks assignTasks,
      TaskTransitions transitions,
      InstantSource clock) {
    this.documents = documents;
    this.dependencies = dependencies;
    this.assignTasks = assignTasks;
    this.transitions = transitions;
    this.clock = clock;
  }

  /** One turn: every task with a mark, once; obeys interruption. False if there was none. */
  public boolean runOnce() throws InterruptedException {
    long after = 0;
    List<Marked> page;
    do {
      page = documents.siblings().marked(after, PAGE);
      for (Marked marked : page) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        lookAfter(marked);
        after = marked.sequence();
      }
    } while (page.size() == PAGE);
    return after > 0;
  }

  /** What cannot be stored now keeps its mark, and does not keep the others waiting. */
  private void lookAfter(Marked marked) {
    try {
      if (isLookedAfter(marked)) {
        documents.siblings().unmark(marked.entry().task(), marked.mark());
      }
      defects.remove(marked.entry().task());
    } catch (Refusal refusal) {
      LOG.warn(
          "task={} waits for others and cannot be looked after now: {}; tried again",
          marked.entry().task(),
          refusal.getMessage());
    } catch (RuntimeException defect) {
      tell(marked.entry().task(), defect);
    }
  }

  /** With its stack once, and not at every turn. */
  private void tell(TaskId task, RuntimeException defect) {
    String why = defect.toString();
    if (defects.size() > MOST_DEFECTS) {
      defects.clear();
    }
    if (why.equals(defects.put(task, why))) {
      LOG.debug("task={} still cannot be looked after: {}", task, why);
    } else {
      LOG.error(
          "task={} waits for others and cannot be looked after, by a defect; tried again",
          task,
          defect);
    }
  }

  /** False if something is left to do that may be possible later. */
  private boolean isLookedAfter(Marked marked) {
    if (marked.state() == TaskState.QUEUED && marked.completions() > marked.seen()) {
      wake(marked); // it may be in a pause; if not, it is taken up anyway
    }
    if (marked.state() != TaskState.WAITING) {
      return true; // somebody woke it, asked for it again or ended it
    }
    Map<String, Wanted> named = named(marked.entry());
    Decision decision =
        Siblings.of(
            new Deferred(marked.entry().key(), marked.seen(), List.copyOf(named.keySet())),
            marked.completions(),
            present(marked.entry(), named.keySet()));
    boolean created = true;
    for (Wanted wanted : named.values()) {
      if (decision.create().contains(wanted.key())) {
        created &= isThere(marked.entry(), wanted);
      }
    }
    if (decision.wake()) {
      wake(marked);
    }
    return created;
  }

  private void wake(Marked marked) {
    transitions.apply(marked.entry().task(), new Woken(clock.instant()));
  }

  private Map<String, Wanted> named(TaskEntry entry) {
    var named = new LinkedHashMap<String, Wanted>();
    dependencies.named(entry.face()).forEach(wanted -> named.putIfAbsent(wanted.key(), wanted));
    return named;
  }

  private Set<String> present(TaskEntry entry, Set<String> keys) {
    return keys.isEmpty()
        ? Set.of()
        : documents.siblings().present(entry.space(), entry.document(), new TreeSet<>(keys));
  }

  /** Whether the task that was named is there now, or never will be. */
  private boolean isThere(TaskEntry entry, Wanted wanted) {
    try {
      return switch (assignTasks.assign(entry.space(), entry.document(), wanted)) {
        case Assigned.Stored(TaskEntry made) -> {
          LOG.info("task={} key={} was made for task={}", made.task(), made.key(), entry.task());
          yield true;
        }
        case Assigned.Known _, Assigned.NoDocument _ -> true; // others were quicker
        case Assigned.Full(int unfinished) -> {
          LOG.debug("task={} waits for room, {} unfinished", entry.task(), unfinished);
          yield false;
        }
      };
    } catch (Refusal refusal) {
      if (refusal.failure() instanceof Failure.Unavailable) {
        throw refusal;
      }
      LOG.warn(
          "task={} waits for a task with key {} that cannot be made: {}",
          entry.task(),
          wanted.key(),
          refusal.getMessage());
      return true;
    }
  }
}
