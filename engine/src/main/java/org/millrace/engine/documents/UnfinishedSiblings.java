package org.millrace.engine.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.InTheWay;

/**
 * Names the tasks of its document that are not done, for a task that was put off until others are:
 * those that failed first, for they never will be by themselves (contracts/dane.md 8). Thread-safe.
 */
public final class UnfinishedSiblings implements InTheWay {
  /** So many are named; of the others only how many there are. */
  static final int NAMED = 20;

  private static final int PAGE = 200;

  private static final Cause NOBODY_WAKES_IT =
      new Cause(
          "nothing-unfinished",
          "every other task of its document is done, so that nothing will wake it",
          "ask for it again, or assign to the document what its worker misses");

  private final DocumentViewStore views;

  public UnfinishedSiblings(DocumentViewStore views) {
    this.views = views;
  }

  @Override
  public List<Cause> of(TaskId task) {
    return views.task(task).map(this::unfinished).orElseGet(List::of);
  }

  private List<Cause> unfinished(AssignedTask waiting) {
    var failed = new ArrayList<AssignedTask>();
    var others = new ArrayList<AssignedTask>();
    for (AssignedTask sibling : siblings(waiting)) {
      if (sibling.state().isFinal() && sibling.state() != TaskState.COMPLETE) {
        failed.add(sibling);
      } else if (!sibling.state().isFinal()) {
        others.add(sibling);
      }
    }
    if (failed.isEmpty() && others.isEmpty()) {
      return List.of(NOBODY_WAKES_IT);
    }
    var causes = new ArrayList<Cause>();
    failed.stream().limit(NAMED).map(UnfinishedSiblings::failed).forEach(causes::add);
    others.stream()
        .limit(NAMED - causes.size())
        .map(UnfinishedSiblings::other)
        .forEach(causes::add);
    more(failed.size() + others.size() - causes.size()).ifPresent(causes::add);
    return causes;
  }

  private List<AssignedTask> siblings(AssignedTask waiting) {
    var siblings = new ArrayList<AssignedTask>();
    long after = 0;
    List<AssignedTask> page;
    do {
      page = views.tasksOf(waiting.entry().space(), waiting.entry().document(), after, PAGE);
      for (AssignedTask each : page) {
        after = each.sequence();
        if (!each.entry().task().equals(waiting.entry().task())) {
          siblings.add(each);
        }
      }
    } while (page.size() == PAGE);
    return siblings;
  }

  private static Cause failed(AssignedTask sibling) {
    return new Cause(
        "sibling-failed",
        named(sibling) + " failed: it is at " + told(sibling),
        "mend what made it fail, then ask for it again; or delete it");
  }

  private static Cause other(AssignedTask sibling) {
    return new Cause(
        "sibling-unfinished",
        named(sibling) + " is " + sibling.state() + ", at " + told(sibling),
        "wait, or ask why: millrace explain " + sibling.entry().task());
  }

  private static String named(AssignedTask sibling) {
    return "task " + sibling.entry().key() + " of the same document (" + sibling.entry().id() + ")";
  }

  private static String told(AssignedTask sibling) {
    return sibling.entry().face().number() + " " + sibling.entry().face().message();
  }

  private static Optional<Cause> more(int count) {
    return count == 0
        ? Optional.empty()
        : Optional.of(new Cause("siblings-more", count + " more of them are not done", ""));
  }
}
