package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.millrace.testkit.Fixtures.LANE;
import static org.millrace.testkit.Fixtures.aDraft;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.HistoryEvent.Kind;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.value.Value;
import org.millrace.engine.submission.IntakeStore;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.submission.IntakeStore.Taken;
import org.millrace.engine.views.AttemptView;
import org.millrace.engine.views.TaskView;
import org.millrace.testkit.TaskFixture;

/** What {@link IntakeStore} promises. */
public abstract class IntakeStoreContract extends StoreContract {

  @Test
  void a_stored_task_is_there_as_it_was_given() {
    TaskFixture task = aTask("one").of("ada").inLane("pulsar:north").dueAt(at(90));

    assertThat(insert(task)).isEqualTo(new Taken.Stored());

    assertThat(view(task.id()).task()).isEqualTo(task.task());
    assertThat(view(task.id()).spec()).isEqualTo(task.spec());
    assertThat(view(task.id()).attempts()).isEmpty();
  }

  @Test
  void every_part_of_a_specification_is_kept() {
    TaskFixture task = aTask().with(fullSpec());

    insert(task);

    assertThat(view(task.id()).task()).isEqualTo(task.task());
    assertThat(view(task.id()).spec()).isEqualTo(fullSpec());
  }

  @Test
  void callers_find_their_tags_environment_and_parameters_in_their_own_order() {
    insert(aTask().with(fullSpec()));

    TaskSpec spec = view(aTask().id()).spec();
    assertThat(spec.tags().keySet()).containsExactly("zebra", "apple", "", "Mango");
    assertThat(spec.resources().backendParameters().keySet()).containsExactly("runtime", "a");
    assertThat(((ContainerWork) spec.work()).executors().getFirst().env().keySet())
        .containsExactly("Z", "A", "M");
  }

  @Test
  void texts_are_kept_to_the_letter() {
    String odd = "quotes ' \" \\ percent % under_ line\nbreak\ttab é 水 \uD83D\uDE82 </script>";
    TaskFixture task = aTask().named(odd).tagged(odd, odd).of("o'hara \u6C34");

    insert(task);

    assertThat(view(task.id()).spec()).isEqualTo(task.spec());
    assertThat(view(task.id()).task().owner()).isEqualTo(new Owner("o'hara \u6C34"));
  }

  @Test
  void a_megabyte_of_inline_content_is_kept() {
    String content = "0123456789abcdef".repeat(1 << 16);
    TaskFixture task =
        aTask()
            .doing(
                new ContainerWork(
                    executors(),
                    List.of(
                        new Input(
                            Optional.empty(),
                            Optional.empty(),
                            new Input.Content(content),
                            "/in",
                            FileType.FILE,
                            Optional.empty())),
                    List.of(),
                    List.of()));

    insert(task);

    assertThat(view(task.id()).spec().work()).isEqualTo(task.spec().work());
  }

  @Test
  void the_first_line_of_history_tells_of_the_submission() {
    TaskFixture task = aTask().of("ada").createdAt(at(5)).dueAt(at(90));

    insert(task);

    HistoryEvent line = history().getFirst();
    assertThat(history()).containsExactly(line);
    assertThat(line)
        .isEqualTo(
            new HistoryEvent(
                line.sequence(),
                task.id(),
                new Owner("ada"),
                at(5),
                Kind.SUBMITTED,
                TaskState.QUEUED,
                0,
                Optional.empty()));
  }

  @Test
  void a_task_that_is_done_already_is_stored_with_its_attempt_and_its_end() {
    NewTask done = aTask().of("ada").createdAt(at(5)).doneAtOnce(new Value.Text("left"));

    assertThat(store.intake().insert(done)).isEqualTo(new Taken.Stored());

    TaskView view = view(done.task().id());
    assertThat(view.task()).isEqualTo(done.done().orElseThrow().ended().task());
    assertThat(view.task().state()).isEqualTo(TaskState.COMPLETE);
    assertThat(view.attempts())
        .containsExactly(
            new AttemptView(
                1,
                done.done().orElseThrow().handle(),
                at(5),
                Optional.of(at(5)),
                Optional.of(at(5)),
                Optional.of(completed()),
                AttemptReport.EMPTY.withValue(new Value.Text("left"))));
    assertThat(history())
        .extracting(HistoryEvent::kind, HistoryEvent::state, HistoryEvent::attempt)
        .containsExactly(
            tuple(Kind.SUBMITTED, TaskState.QUEUED, 0), tuple(Kind.ENDED, TaskState.COMPLETE, 1));
    assertThat(north.claimAll(aTask().lane(), at(9))).isEmpty();
    assertThat(store.views().unfinished().values()).allMatch(tasks -> tasks == 0);
  }

  @Test
  void an_unknown_external_id_names_the_task_from_now_on() {
    insert(aTask("first").alsoKnownAs("tes", "key-1"));

    assertThat(insert(aTask("second").alsoKnownAs("tes", "key-1")))
        .isEqualTo(new Taken.Known(new TaskId("first")));
  }

  @Test
  void a_known_external_id_stores_nothing() {
    insert(aTask("first").alsoKnownAs("tes", "key-1"));
    long before = store.views().newestEvent();

    insert(aTask("second").alsoKnownAs("tes", "key-1").telling(aDraft("peer", "never")));

    assertThat(store.views().find(new TaskId("second"))).isEmpty();
    assertThat(store.views().newestEvent()).isEqualTo(before);
    assertThat(outbox()).isEmpty();
  }

  @Test
  void a_known_external_id_is_answered_even_where_the_lane_is_full() {
    insert(aTask("first").alsoKnownAs("tes", "key-1"));

    assertThat(insert(aTask("second").alsoKnownAs("tes", "key-1").refusedAt(1)))
        .isEqualTo(new Taken.Known(new TaskId("first")));
  }

  @Test
  void an_external_id_still_names_a_task_that_has_ended() {
    north.ended(aTask("first").alsoKnownAs("tes", "key-1"), completed());

    assertThat(insert(aTask("second").alsoKnownAs("tes", "key-1")))
        .isEqualTo(new Taken.Known(new TaskId("first")));
  }

  @Test
  void the_same_text_in_another_face_is_another_external_id() {
    insert(aTask("first").alsoKnownAs("tes", "key-1"));

    assertThat(insert(aTask("second").alsoKnownAs("dane", "key-1"))).isEqualTo(new Taken.Stored());
    assertThat(insert(aTask("third").alsoKnownAs("tes", "KEY-1"))).isEqualTo(new Taken.Stored());
  }

  @Test
  void a_lane_that_refuses_is_full_at_its_number_of_unfinished_tasks() {
    north.running(aTask("running"));
    north.handedOver(aTask("handed-over"), at(60));
    north.claimed(aTask("claimed"));

    assertThat(insert(aTask("more").refusedAt(4))).isEqualTo(new Taken.Stored());
    assertThat(insert(aTask("too-many").refusedAt(4))).isEqualTo(new Taken.Full(4));
    assertThat(insert(aTask("far-too-many").refusedAt(2))).isEqualTo(new Taken.Full(2));
  }

  @Test
  void a_refused_task_leaves_nothing_behind() {
    insert(aTask("first"));
    long before = store.views().newestEvent();

    insert(
        aTask("second").refusedAt(1).alsoKnownAs("tes", "key-1").telling(aDraft("peer", "never")));

    assertThat(store.views().find(new TaskId("second"))).isEmpty();
    assertThat(store.views().newestEvent()).isEqualTo(before);
    assertThat(outbox()).isEmpty();
    assertThat(insert(aTask("third").alsoKnownAs("tes", "key-1"))).isEqualTo(new Taken.Stored());
  }

  @Test
  void finished_tasks_and_other_lanes_do_not_fill_a_lane() {
    north.ended(aTask("done"), completed());
    insert(aTask("elsewhere").inLane("pulsar:north"));

    assertThat(insert(aTask("first").refusedAt(1))).isEqualTo(new Taken.Stored());
  }

  @Test
  void a_lane_that_lets_tasks_wait_takes_any_number() {
    IntStream.range(0, 50).forEach(number -> insert(aTask("t" + number)));

    assertThat(store.views().load(LANE, 100).ready()).isEqualTo(50);
  }

  @Test
  void deliveries_are_stored_with_the_task_and_due_at_its_creation() {
    insert(
        aTask()
            .createdAt(at(5))
            .telling(aDraft("ada", "submitted"))
            .telling(aDraft("bob", "submitted too")));

    assertThat(store.deliveries().due(at(4), 10, 10)).isEmpty();
    assertThat(store.deliveries().due(at(5), 10, 10))
        .extracting(delivery -> delivery.draft())
        .containsExactly(aDraft("ada", "submitted"), aDraft("bob", "submitted too"));
  }

  @Test
  void deliveries_do_not_wait_until_the_task_is_due() {
    insert(aTask().createdAt(at(5)).dueAt(at(90)).telling(aDraft("ada", "submitted")));

    assertThat(store.deliveries().due(at(5), 10, 10)).hasSize(1);
  }

  @Test
  void an_interrupted_caller_is_served_and_stays_interrupted() {
    assertThat(interrupted(() -> insert(aTask()))).isEqualTo(new Taken.Stored());
    assertThat(stored(aTask().id())).isEqualTo(aTask().task());
  }

  @Test
  void an_id_that_is_taken_is_a_defect_and_changes_nothing() {
    insert(aTask("one").of("ada").named("first"));
    long before = store.views().newestEvent();

    assertThatThrownBy(() ->
            insert(
                aTask("one")
                    .of("bob")
                    .named("second")
                    .tagged("colour", "red")
                    .alsoKnownAs("tes", "key-1")
                    .telling(aDraft("peer", "never"))))
        .isInstanceOf(RuntimeException.class);

    assertThat(view(new TaskId("one")).spec().name()).hasValue("first");
    assertThat(view(new TaskId("one")).spec().tags()).isEmpty();
    assertThat(store.views().newestEvent()).isEqualTo(before);
    assertThat(outbox()).isEmpty();
    assertThat(insert(aTask("two").alsoKnownAs("tes", "key-1"))).isEqualTo(new Taken.Stored());
  }

  @Test
  void of_many_submissions_under_one_external_id_one_is_stored() throws Exception {
    List<Callable<Taken>> submissions =
        IntStream.range(0, 40)
            .<Callable<Taken>>mapToObj(
                number -> () -> insert(aTask("t" + number).alsoKnownAs("tes", "key-1")))
            .toList();

    List<Taken> taken = AtOnce.run(submissions);

    assertThat(taken).filteredOn(Taken.Stored.class::isInstance).hasSize(1);
    TaskId winner = history().getFirst().task();
    assertThat(taken)
        .filteredOn(answer -> !(answer instanceof Taken.Stored))
        .hasSize(39)
        .containsOnly(new Taken.Known(winner));
    assertThat(history()).hasSize(1);
  }

  @Test
  void a_refusing_lane_never_overflows_however_many_submit_at_once() throws Exception {
    List<Callable<Taken>> submissions =
        IntStream.range(0, 40)
            .<Callable<Taken>>mapToObj(number -> () -> insert(aTask("t" + number).refusedAt(7)))
            .toList();

    List<Taken> taken = AtOnce.run(submissions);

    assertThat(taken).filteredOn(Taken.Stored.class::isInstance).hasSize(7);
    assertThat(taken).filteredOn(Taken.Full.class::isInstance).containsOnly(new Taken.Full(7));
  }

  @Test
  void a_store_that_takes_tasks_has_no_trouble() {
    insert(aTask());

    assertThat(store.health().trouble()).isEmpty();
  }

  private Taken insert(TaskFixture task) {
    return store.intake().insert(task.newTask());
  }

  private static List<ExecutorSpec> executors() {
    return List.of(
        new ExecutorSpec(
            "registry.example/tool:1.0",
            List.of("sh", "-c", "echo \"$A\"", ""),
            Optional.of("/work"),
            Optional.of("/in"),
            Optional.of("/out"),
            Optional.of("/err"),
            ordered("Z", "1", "A", "", "M", "3"),
            true),
        ExecutorSpec.of("busybox", List.of()));
  }

  private static TaskSpec fullSpec() {
    return new TaskSpec(
        new Owner("ada"),
        "tes",
        Optional.of("a name"),
        Optional.of(""),
        ordered("zebra", "1", "apple", "", "", "no key", "Mango", "4"),
        10,
        new ContainerWork(
            executors(),
            List.of(
                new Input(
                    Optional.of("inline"),
                    Optional.of("text"),
                    new Input.Content(""),
                    "/in",
                    FileType.FILE,
                    Optional.of(false)),
                new Input(
                    Optional.empty(),
                    Optional.empty(),
                    new Input.Location("https://data.example/d?x=1#y"),
                    "/data",
                    FileType.DIRECTORY,
                    Optional.of(true))),
            List.of(
                new Output(
                    Optional.of("result"),
                    Optional.of("all"),
                    "https://data.example/r",
                    "/r/*.txt",
                    Optional.of("/r"),
                    FileType.FILE),
                new Output(
                    Optional.empty(),
                    Optional.empty(),
                    "file:///results",
                    "/d",
                    Optional.empty(),
                    FileType.DIRECTORY)),
            List.of("/vol/a", "/vol/b")),
        new Resources(
            Optional.of(4),
            Optional.of(0.1),
            Optional.of(1e6),
            Optional.of(false),
            List.of("zone-b", "zone-a"),
            ordered("runtime", "sandbox", "a", "b"),
            Optional.of(true)),
        new RetryPolicy(4, Duration.ofMillis(1500), Duration.ofMinutes(5), true),
        new TimeLimits(
            Optional.of(Duration.ofMinutes(5)),
            Optional.of(Duration.ofMillis(1)),
            Optional.of(Duration.ofDays(400))),
        List.of("one remark", "another"));
  }

  private static Map<String, String> ordered(String... keysAndValues) {
    var map = new LinkedHashMap<String, String>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
