package org.millrace.engine.documents;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.Space;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.run.RunPlan.EdgePlan;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.DocumentRunStore.NewDocumentRun;
import org.millrace.engine.documents.DocumentRunStore.NodeTask;
import org.millrace.engine.documents.DocumentRunStore.Registered;
import org.millrace.engine.runs.RunIntakeStore.NewEdge;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.submission.Admission;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.threads.Ids;
import org.millrace.engine.transition.News;
import org.millrace.engine.views.ViewStore;

/**
 * Documents whose tasks are done in an order that is known from the beginning: each is a node of
 * one run, and the run asks for it. Thread-safe.
 */
public final class DocumentRuns {
  private final DocumentPorts documents;
  private final ViewStore tasks;
  private final Admission admission;
  private final Lanes lanes;
  private final Predicate<Lane> isAway;
  private final News news;
  private final Ids ids;
  private final InstantSource clock;

  /**
   * Wires them.
   *
   * @param isAway whether what serves a lane takes nothing now
   */
  DocumentRuns(
      DocumentPorts documents,
      ViewStore tasks,
      Admission admission,
      Lanes lanes,
      Predicate<Lane> isAway,
      News news,
      Ids ids,
      InstantSource clock) {
    this.documents = documents;
    this.tasks = tasks;
    this.admission = admission;
    this.lanes = lanes;
    this.isAway = isAway;
    this.news = news;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * A document to take in.
   *
   * @param agrees whether another document of the same creator may stand beside it
   * @param name of its run
   * @param plan of the run, given the ids of the tasks in their order: its nodes adopt them
   */
  public record Fresh(
      Document document,
      Predicate<Document> agrees,
      List<FreshTask> tasks,
      ExternalId name,
      Function<List<TaskId>, RunPlan> plan) {
    public Fresh {
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * A task of it.
   *
   * @param key by which the document has it
   * @param name by which workers and clients know it
   * @param face what is told of it until it is asked for
   */
  public record FreshTask(TaskSpec spec, String key, ExternalId name, FaceState face) {}

  /**
   * Takes a document in with its tasks and their run. When it returns {@code Stored}, they survive
   * any crash; after a crash before that all of it is there, or nothing.
   *
   * @throws org.millrace.domain.failure.Refusal {@code Invalid}, if a task is not admitted; {@code
   *     Unavailable}, if nothing can be stored now
   */
  public Registered register(Fresh fresh) {
    Instant now = clock.instant();
    List<NodeTask> waiting = fresh.tasks().stream().map(task -> waiting(task, now)).toList();
    RunPlan plan =
        fresh.plan().apply(waiting.stream().map(task -> task.task().task().id()).toList());
    Registered registered =
        documents
            .runs()
            .register(
                new NewDocumentRun(
                    fresh.document(),
                    fresh.agrees(),
                    waiting,
                    Run.arriving(
                        new RunId(ids.next().text()), plan.spec(), plan.graph().size(), now),
                    plan.spec(),
                    fresh.name(),
                    nodes(plan),
                    edges(plan)));
    if (registered instanceof Registered.Stored) {
      news.runChanged();
    }
    return registered;
  }

  private NodeTask waiting(FreshTask fresh, Instant now) {
    TaskSpec spec = admission.admit(fresh.spec());
    Task task =
        Task.submitted(ids.next(), spec, lanes.of(spec.work(), spec.resources()), now).waiting();
    return new NodeTask(
        new NewTask(
            task,
            spec,
            Optional.of(fresh.name()),
            OptionalInt.empty(),
            List.of(),
            Optional.empty()),
        fresh.key(),
        fresh.face());
  }

  private static List<NewNode> nodes(RunPlan plan) {
    List<NewNode> nodes = new ArrayList<>();
    for (int place = 0; place < plan.graph().size(); place++) {
      nodes.add(new NewNode(plan.node(place), plan.plan(place)));
    }
    return nodes;
  }

  private static List<NewEdge> edges(RunPlan plan) {
    List<NewEdge> edges = new ArrayList<>();
    for (int edge = 0; edge < plan.graph().edges().size(); edge++) {
      EdgePlan what = plan.edge(edge);
      edges.add(
          new NewEdge(
              plan.graph().from(edge), plan.graph().to(edge), what.condition(), what.leads()));
    }
    return edges;
  }

  /**
   * Removes a document with its tasks and cancels its run; false if there was none.
   *
   * @param run its name
   * @throws org.millrace.domain.failure.Refusal {@code Unavailable}, if nothing can be stored now
   */
  public boolean delete(Space space, DocumentId document, ExternalId run, String by) {
    boolean deleted = documents.runs().delete(space, document, run, by, clock.instant());
    if (deleted) {
      news.runChanged();
      news.work().ring(); // lanes may have room
    }
    return deleted;
  }

  /**
   * Takes the next numbers of a sequence, as {@link NumberStore#take}.
   *
   * @return the first of them
   */
  public long take(String sequence, int howMany) {
    return documents.numbers().take(sequence, howMany);
  }

  /**
   * Waits until none of these tasks is still to be taken up: each was handed over, has ended, or is
   * held back, as its lane is full, what serves it is away, or it was put off. Returns when the
   * time is over too.
   */
  public void awaitTakenUp(List<TaskId> ids, Duration most) throws InterruptedException {
    Instant deadline = clock.instant().plus(most);
    var heldBack = new HeldBack(tasks, lanes, isAway, deadline);
    Deque<TaskId> left = new ArrayDeque<>(ids);
    while (true) {
      long heard = news.history().rings();
      Duration time = Duration.between(clock.instant(), deadline);
      if (!time.isPositive()) {
        return;
      }
      while (!left.isEmpty() && (!isToBeTakenUp(left.peek()) || heldBack.has(left.peek()))) {
        left.pop();
      }
      if (left.isEmpty()) {
        return;
      }
      news.history().await(heard, time);
    }
  }

  private boolean isToBeTakenUp(TaskId id) {
    return tasks
        .glance(id)
        .filter(task ->
            switch (task.state()) {
              case WAITING, QUEUED, INITIALIZING -> true;
              case RUNNING,
                  PAUSED,
                  COMPLETE,
                  EXECUTOR_ERROR,
                  SYSTEM_ERROR,
                  CANCELING,
                  CANCELED,
                  PREEMPTED ->
                  false;
            })
        .isPresent();
  }

  /** The assigned task of a name. */
  public Optional<AssignedTask> named(ExternalId name) {
    return tasks.named(name).flatMap(documents.views()::task);
  }
}
