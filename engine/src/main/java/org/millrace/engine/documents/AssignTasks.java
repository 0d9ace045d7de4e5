package org.millrace.engine.documents;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.DocumentStore.Assigned;
import org.millrace.engine.documents.DocumentStore.Assignment;
import org.millrace.engine.submission.Admission;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.threads.Ids;
import org.millrace.engine.transition.News;

/**
 * Assigns tasks to documents. When it returns, they survive any crash, and are as good as queued.
 * Thread-safe.
 */
public final class AssignTasks {
  /** In one transaction: nobody else writes meanwhile. */
  static final int AT_ONCE = 100;

  private final AssignmentRule rule;
  private final Admission admission;
  private final Lanes lanes;
  private final DocumentPorts documents;
  private final News news;
  private final Ids ids;
  private final InstantSource clock;

  public AssignTasks(
      AssignmentRule rule,
      Admission admission,
      Lanes lanes,
      DocumentPorts documents,
      News news,
      Ids ids,
      InstantSource clock) {
    this.rule = rule;
    this.admission = admission;
    this.lanes = lanes;
    this.documents = documents;
    this.news = news;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Assigns a task to one document.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Invalid}, if no worker could be told of it;
   *     {@code Unavailable}, if nothing can be stored now
   */
  public Assigned assign(Space space, DocumentId document, Wanted wanted) {
    return assign(space, List.of(document), wanted).getFirst();
  }

  /**
   * Assigns the same to many, some at a time; an answer for each, in this order. A document that is
   * named twice has the task by the second time.
   *
   * @throws org.millrace.domain.failure.Refusal as {@link #assign}; the first ones may be stored,
   *     and are known when it is tried again
   */
  public List<Assigned> assign(Space space, List<DocumentId> to, Wanted wanted) {
    var answers = new ArrayList<Assigned>();
    for (int from = 0; from < to.size(); from += AT_ONCE) {
      answers.addAll(piece(space, to.subList(from, Math.min(to.size(), from + AT_ONCE)), wanted));
    }
    return answers;
  }

  private List<Assigned> piece(Space space, List<DocumentId> to, Wanted wanted) {
    List<Optional<Document>> found = documents.views().documents(space, to);
    List<Assignment> assignments =
        found.stream().flatMap(Optional::stream).map(one -> assignment(one, wanted)).toList();
    List<Assigned> stored =
        assignments.isEmpty() ? List.of() : documents.store().assign(assignments);
    if (stored.stream().anyMatch(Assigned.Stored.class::isInstance)) {
      news.taskArrived();
    }
    return inOrder(to, found, stored);
  }

  private static List<Assigned> inOrder(
      List<DocumentId> to, List<Optional<Document>> found, List<Assigned> stored) {
    var answers = new ArrayList<Assigned>();
    int next = 0;
    for (int i = 0; i < to.size(); i++) {
      answers.add(
          found.get(i).isPresent() ? stored.get(next++) : new Assigned.NoDocument(to.get(i)));
    }
    return answers;
  }

  private Assignment assignment(Document document, Wanted wanted) {
    Instant now = clock.instant();
    TaskSpec spec = admission.admit(rule.spec(document, wanted));
    LaneRule lane = lanes.rule(lanes.of(spec.work(), spec.resources()));
    Task task = Task.submitted(ids.next(), spec, lane.lane(), now);
    OptionalInt refuseAt =
        lane.whenFull() == WhenFull.REFUSE ? OptionalInt.of(lane.limit()) : OptionalInt.empty();
    var fresh = new NewTask(task, spec, Optional.empty(), refuseAt, List.of(), Optional.empty());
    return new Assignment(document.space(), document.id(), wanted.key(), fresh, rule.face());
  }
}
