package org.millrace.engine.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.engine.documents.Desk.NOON;
import static org.millrace.engine.documents.Desk.SPACE;
import static org.millrace.engine.documents.Desk.document;
import static org.millrace.engine.documents.Desk.wanted;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.document.Document;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.BrokenGraph;
import org.millrace.domain.graph.Edge;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.run.RunPlan.PlannedEdge;
import org.millrace.domain.run.RunPlan.PlannedNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.delivery.Delivery;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.documents.DocumentRunStore.NewDocumentRun;
import org.millrace.engine.documents.DocumentRunStore.NodeTask;
import org.millrace.engine.documents.DocumentRunStore.Registered;
import org.millrace.engine.documents.DocumentRuns.Fresh;
import org.millrace.engine.documents.DocumentRuns.FreshTask;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.transition.News;
import org.millrace.engine.views.Page;
import org.millrace.engine.views.TaskGlance;
import org.millrace.engine.views.TaskQuery;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;

/** Jobs: documents whose tasks are the nodes of a run (contracts/dane.md 2.6, 4.5). */
final class DocumentRunsTest {
  private static final ExternalId NAME = new ExternalId("dane-job", "1");
  private static final RunSpec RUN =
      new RunSpec(
          new Owner("dane"),
          "dane",
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          FailurePolicy.HOLD);

  private final Desk desk = new Desk();
  private final Glances glances = new Glances();
  private final Waiting history = new Waiting();
  private final Set<Lane> away = new HashSet<>();
  private int lastId;
  private final DocumentRuns runs =
      new DocumentRuns(
          desk.ports(),
          glances,
          spec -> desk.admission.admit(spec),
          Desk.lanes(WhenFull.WAIT),
          away::contains,
          new News(desk.work, history, desk.runs, desk.siblings),
          () -> new TaskId("n" + lastId++),
          () -> history.now);

  private static Fresh fresh(Document document, String... keys) {
    List<FreshTask> tasks = new ArrayList<>();
    for (String key : keys) {
      TaskSpec spec = Desk.spec(document.id(), wanted(key));
      tasks.add(new FreshTask(spec, key, new ExternalId("dane-job", "task-" + key), Desk.QUEUED));
    }
    return new Fresh(document, _ -> true, tasks, NAME, DocumentRunsTest::oneAfterTheOther);
  }

  private static RunPlan oneAfterTheOther(List<TaskId> tasks) {
    List<PlannedNode> nodes = new ArrayList<>();
    List<PlannedEdge> edges = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      nodes.add(new PlannedNode(new NodeKey("node-" + i), new NodePlan.Adopted(tasks.get(i))));
      if (i > 0) {
        edges.add(
            new PlannedEdge(
                new Edge(new NodeKey("node-" + (i - 1)), new NodeKey("node-" + i)),
                Optional.empty()));
      }
    }
    try {
      return RunPlan.of(RUN, nodes, edges);
    } catch (BrokenGraph broken) {
      throw new AssertionError("a graph of a test is broken", broken);
    }
  }

  private NewDocumentRun registered() {
    return Objects.requireNonNull(desk.runStore.registered);
  }

  @Test
  void a_document_goes_to_the_store_with_tasks_that_wait_and_the_run_that_will_ask_for_them() {
    assertThat(runs.register(fresh(document("VID0001"), "CUT", "ASR")))
        .isEqualTo(new Registered.Stored());

    NewDocumentRun stored = registered();
    assertThat(stored.document()).isEqualTo(document("VID0001"));
    assertThat(stored.name()).isEqualTo(NAME);
    assertThat(stored.run().state()).isEqualTo(RunState.ARRIVING);
    assertThat(stored.tasks()).extracting(NodeTask::key).containsExactly("CUT", "ASR");
    assertThat(stored.tasks()).allMatch(task -> task.task().task().isUnasked());
    assertThat(stored.tasks().getFirst().task().task().lane())
        .isEqualTo(Lane.of("dane", "Video.CUT"));
    assertThat(stored.nodes())
        .extracting(node -> node.plan())
        .containsExactlyElementsOf(
            stored.tasks().stream()
                .<NodePlan>map(task -> new NodePlan.Adopted(task.task().task().id()))
                .toList());
    assertThat(stored.edges())
        .singleElement()
        .satisfies(edge -> {
          assertThat(edge.from()).isEqualTo(0);
          assertThat(edge.to()).isEqualTo(1);
          assertThat(edge.leads()).isTrue();
        });
    assertThat(desk.runs.rings()).isEqualTo(1);
  }

  @Test
  void nobody_is_woken_for_a_document_that_another_one_forbids() {
    desk.runStore.answer = new Registered.Disagrees(document("other"));

    assertThat(runs.register(fresh(document("VID0001"), "CUT"))).isEqualTo(desk.runStore.answer);

    assertThat(desk.runs.rings()).isZero();
  }

  @Test
  void a_task_that_is_not_admitted_keeps_all_of_it_out() {
    desk.admission =
        spec -> {
          throw Refusal.invalid("key", "no");
        };

    assertThatThrownBy(() -> runs.register(fresh(document("VID0001"), "CUT")))
        .isInstanceOf(Refusal.class);
    assertThat(desk.runStore.registered).isNull();
  }

  @Test
  void others_are_told_of_a_deleted_one_and_not_of_one_that_was_not_there() {
    assertThat(runs.delete(SPACE, document("VID0001").id(), NAME, "ada")).isTrue();
    assertThat(desk.runs.rings()).isEqualTo(1);
    assertThat(desk.work.rings()).as("lanes may have room").isEqualTo(1);
    desk.runStore.isThere = false;
    assertThat(runs.delete(SPACE, document("VID0001").id(), NAME, "ada")).isFalse();
    assertThat(desk.runs.rings()).isEqualTo(1);
    assertThat(desk.work.rings()).isEqualTo(1);
  }

  @Test
  void numbers_are_taken_from_their_sequence() {
    assertThat(runs.take("tasks", 3)).isEqualTo(1);
    assertThat(runs.take("tasks", 1)).isEqualTo(4);
  }

  // Waiting until tasks are taken up

  @ParameterizedTest
  @EnumSource(TaskState.class)
  void it_waits_for_exactly_those_that_are_still_to_be_taken_up(TaskState state)
      throws InterruptedException {
    TaskId task = glances.add("t", state);

    runs.awaitTakenUp(List.of(glances.add("done", TaskState.COMPLETE), task), second(1));

    switch (state) {
      case WAITING, QUEUED, INITIALIZING -> assertThat(history.waits).isEqualTo(1);
      case RUNNING,
          PAUSED,
          COMPLETE,
          EXECUTOR_ERROR,
          SYSTEM_ERROR,
          CANCELING,
          CANCELED,
          PREEMPTED ->
          assertThat(history.waits).isZero();
    }
  }

  @Test
  void it_looks_again_whenever_something_happened_until_all_are_taken_up()
      throws InterruptedException {
    TaskId one = glances.add("one", TaskState.QUEUED);
    TaskId two = glances.add("two", TaskState.QUEUED);
    history.meanwhile =
        List.of(
            () -> glances.add("one", TaskState.RUNNING),
            () -> {},
            () -> glances.add("two", TaskState.EXECUTOR_ERROR));

    runs.awaitTakenUp(List.of(one, two), second(10));

    assertThat(history.waits).isEqualTo(3);
    assertThat(history.now).as("long before the time was over").isBefore(NOON.plusSeconds(10));
  }

  @Test
  void a_task_that_is_gone_is_not_waited_for_and_no_time_is_none() throws InterruptedException {
    runs.awaitTakenUp(List.of(new TaskId("deleted")), second(1));
    runs.awaitTakenUp(List.of(glances.add("t", TaskState.QUEUED)), Duration.ZERO);

    assertThat(history.waits).isZero();
  }

  // What is known not to be taken up is not waited for

  @Test
  void a_task_whose_lane_is_full_is_not_waited_for() throws InterruptedException {
    TaskId task = glances.add("t", TaskState.QUEUED);
    TaskId other = glances.add("other", TaskState.QUEUED);
    glances.inFlight = 2;

    runs.awaitTakenUp(List.of(task, other), second(300));

    assertThat(history.waits).isZero();
    assertThat(glances.loads).as("however many tasks wait in it").isEqualTo(1);
  }

  @Test
  void a_task_is_waited_for_until_its_lane_is_full() throws InterruptedException {
    TaskId task = glances.add("t", TaskState.QUEUED);
    glances.inFlight = 1;
    history.meanwhile = List.of(() -> glances.inFlight = 2);

    runs.awaitTakenUp(List.of(task), second(300));

    assertThat(history.waits).isEqualTo(1);
    assertThat(history.now).isEqualTo(NOON.plusMillis(100));
  }

  @Test
  void one_task_that_is_held_back_leaves_the_others_to_be_waited_for() throws InterruptedException {
    TaskId held = glances.add("held", TaskState.QUEUED);
    TaskId task = glances.add("t", TaskState.INITIALIZING);
    glances.inFlight = 2;
    history.meanwhile = List.of(() -> glances.add("t", TaskState.RUNNING));

    runs.awaitTakenUp(List.of(held, task), second(300));

    assertThat(history.waits).isEqualTo(1);
  }

  /**
   * Else the answer would not tell what became of a task that is the last its lane had room for.
   */
  @Test
  void a_task_that_fills_its_lane_itself_is_waited_for() throws InterruptedException {
    TaskId task = glances.add("t", TaskState.QUEUED);
    glances.inFlight = 1;
    glances.whenLoaded =
        () -> {
          glances.claim("t");
          glances.inFlight = 2;
        };
    history.meanwhile = List.of(() -> {}, () -> glances.add("t", TaskState.RUNNING));

    runs.awaitTakenUp(List.of(task), second(300));

    assertThat(history.waits).isEqualTo(2);
  }

  @Test
  void a_task_is_not_waited_for_while_what_serves_its_lane_is_away() throws InterruptedException {
    TaskId task = glances.add("t", TaskState.QUEUED);
    away.add(new Lane("dane"));

    runs.awaitTakenUp(List.of(task), second(300));

    assertThat(history.waits).isZero();
  }

  @Test
  void a_task_that_was_put_off_is_not_waited_for_unless_it_is_due_in_time()
      throws InterruptedException {
    TaskId later = glances.putOff("later", TaskState.QUEUED, NOON.plusSeconds(11));
    TaskId sibling = glances.putOff("sibling", TaskState.WAITING, NOON);

    runs.awaitTakenUp(List.of(later, sibling), second(10));
    assertThat(history.waits).isZero();

    TaskId soon = glances.putOff("soon", TaskState.QUEUED, NOON.plusSeconds(9));
    runs.awaitTakenUp(List.of(soon), second(10));
    assertThat(history.waits).isEqualTo(1);
  }

  private static Duration second(long count) {
    return Duration.ofSeconds(count);
  }

  // By name

  @Test
  void the_task_of_a_name_is_found_if_it_is_a_document_s() {
    AssignedTask task = desk.task(desk.registered("VID0001"), "ASR", TaskState.QUEUED);
    glances.names.put(NAME, task.entry().task());
    var other = new ExternalId("tes", "a key");
    glances.names.put(other, new TaskId("of-no-document"));

    assertThat(runs.named(NAME)).contains(task);
    assertThat(runs.named(other)).isEmpty();
    assertThat(runs.named(new ExternalId("dane-job", "2"))).isEmpty();
  }

  // What may be stored at all

  @Test
  void a_job_has_a_bounded_number_of_tasks_nodes_and_edges() {
    runs.register(fresh(document("VID0001"), "CUT"));
    NewDocumentRun one = registered();
    var tasks = Collections.nCopies(DocumentRunStore.MOST_TASKS + 1, one.tasks().getFirst());
    assertThatThrownBy(() -> with(one, tasks, one.nodes().size(), one.run()))
        .hasMessageContaining("at most 1000 tasks");
    assertThatThrownBy(() -> with(one, one.tasks(), DocumentRunStore.MOST_ROWS + 1, one.run()))
        .hasMessageContaining("at most 6000");
    assertThat(
            with(
                    one,
                    tasks.subList(0, DocumentRunStore.MOST_TASKS),
                    DocumentRunStore.MOST_ROWS,
                    one.run())
                .tasks())
        .hasSize(DocumentRunStore.MOST_TASKS);
  }

  private static NewDocumentRun with(NewDocumentRun one, List<NodeTask> tasks, int nodes, Run run) {
    return new NewDocumentRun(
        one.document(),
        one.agrees(),
        tasks,
        run,
        one.spec(),
        one.name(),
        Collections.nCopies(nodes, one.nodes().getFirst()),
        List.of());
  }

  @Test
  void the_task_of_a_node_waits_has_a_name_and_is_not_done() {
    TaskSpec spec = Desk.spec(document("VID0001").id(), wanted("ASR"));
    Task queued = Task.submitted(new TaskId("t"), spec, new Lane("dane"), NOON);
    Optional<ExternalId> named = Optional.of(NAME);

    assertThat(node(queued.waiting(), spec, named).key()).isEqualTo("ASR");
    assertThatThrownBy(() -> node(queued, spec, named)).hasMessageContaining("waits");
    assertThatThrownBy(() -> node(queued.waiting(), spec, Optional.empty()))
        .hasMessageContaining("name");
  }

  private static NodeTask node(Task task, TaskSpec spec, Optional<ExternalId> name) {
    return new NodeTask(
        new NewTask(task, spec, name, OptionalInt.empty(), List.of(), Optional.empty()),
        "ASR",
        Desk.QUEUED);
  }

  @Test
  void patterns_of_a_search_are_bounded() {
    String longest = "x".repeat(DocumentViewStore.Search.LONGEST);
    assertThat(new DocumentViewStore.Search(SPACE, longest, longest).target()).isEqualTo(longest);
    assertThatThrownBy(() -> new DocumentViewStore.Search(SPACE, longest + "x", "*"))
        .hasMessageContaining("1000");
    assertThatThrownBy(() -> new DocumentViewStore.Search(SPACE, "*", longest + "x"))
        .hasMessageContaining("1000");
  }

  /** Time passes by waiting alone: a tenth of a second each time, and what happens meanwhile. */
  private static final class Waiting implements Bell {
    private Instant now = NOON;
    private int waits;
    private List<Runnable> meanwhile = List.of();

    @Override
    public long rings() {
      return waits;
    }

    @Override
    public void ring() {
      // who waits is woken by the test
    }

    @Override
    public long await(long heard, Duration most) {
      if (heard != waits) {
        throw new AssertionError("looked before the bell was read: a ring could be lost");
      }
      if (waits < meanwhile.size()) {
        meanwhile.get(waits).run();
        now = now.plusMillis(100);
      } else {
        now = now.plus(most);
      }
      return ++waits;
    }
  }

  private static final class Glances implements ViewStore {
    private final Map<TaskId, Task> tasks = new HashMap<>();
    private final Map<ExternalId, TaskId> names = new HashMap<>();
    private int inFlight;
    private int loads;
    private Runnable whenLoaded = () -> {};

    private TaskId add(String id, TaskState state) {
      return put(Desk.core(new TaskId(id), state));
    }

    private TaskId put(Task task) {
      tasks.put(task.id(), task);
      return task.id();
    }

    private void claim(String id) {
      Task task = Objects.requireNonNull(tasks.get(new TaskId(id)));
      var lease = new Lease(new ServerId("north"), 1);
      put(with(task, Optional.of(lease), task.dueAt(), Optional.empty()));
    }

    private TaskId putOff(String id, TaskState state, Instant dueAt) {
      Task task = Desk.core(new TaskId(id), state);
      return put(with(task, Optional.empty(), dueAt, Optional.of(Desk.FAULT)));
    }

    private static Task with(
        Task task, Optional<Lease> lease, Instant dueAt, Optional<Cause> waitsFor) {
      return new Task(
          task.id(),
          task.owner(),
          task.lane(),
          task.retry(),
          task.limits(),
          task.state(),
          task.attempt(),
          lease,
          task.leaseNumber(),
          task.handle(),
          task.createdAt(),
          dueAt,
          task.startedAt(),
          task.endedAt(),
          waitsFor,
          task.outcome(),
          task.cancellation(),
          task.uncounted(),
          task.assigned());
    }

    @Override
    public Optional<TaskGlance> glance(TaskId id) {
      return Optional.ofNullable(tasks.get(id)).map(TaskGlance::of);
    }

    @Override
    public Optional<TaskId> named(ExternalId name) {
      return Optional.ofNullable(names.get(name));
    }

    @Override
    public Optional<TaskView> find(TaskId id) {
      var spec = Desk.spec(document("VID0001").id(), wanted("ASR"));
      return Optional.ofNullable(tasks.get(id)).map(task -> new TaskView(task, spec, List.of()));
    }

    @Override
    public Page list(TaskQuery query) {
      throw unasked();
    }

    @Override
    public List<HistoryEvent> history(HistoryQuery query) {
      throw unasked();
    }

    @Override
    public long newestEvent() {
      throw unasked();
    }

    @Override
    public LaneLoad load(Lane lane, int most) {
      loads++;
      whenLoaded.run();
      return new LaneLoad(0, Math.min(inFlight, most));
    }

    @Override
    public Map<TaskState, Long> unfinished() {
      throw unasked();
    }

    @Override
    public int ahead(TaskId id, int most) {
      throw unasked();
    }

    @Override
    public List<Delivery> undelivered(int most) {
      throw unasked();
    }

    private static AssertionError unasked() {
      return new AssertionError("documents with runs do not ask for it");
    }
  }
}
