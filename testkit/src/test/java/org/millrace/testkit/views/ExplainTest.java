package org.millrace.testkit.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.DocumentFixture.aDocument;
import static org.millrace.testkit.Fixtures.LANE;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.Work;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.UnfinishedSiblings;
import org.millrace.engine.views.Explain;
import org.millrace.engine.views.Explanation;
import org.millrace.engine.views.TaskViews;
import org.millrace.testkit.TaskFixture;
import org.millrace.testkit.TaskSteps;
import org.millrace.testkit.memory.InMemoryStore;

/** Why a task waits. */
final class ExplainTest {
  private static final InstantSource CLOCK = () -> NOON;
  private static final Value.Fields NOTHING = new Value.Fields(Map.of());
  private static final Step CALL =
      new Step.Call(
          "ask",
          new HttpRequest("GET", "http://service.test/", Map.of(), Optional.empty()),
          Set.of(),
          Optional.empty(),
          Duration.ofSeconds(1));

  private final StorePorts store = new InMemoryStore().ports();

  @Test
  void a_server_that_starts_nothing_says_so() {
    assertThat(explained(false).causes()).extracting(Cause::code).startsWith("dispatch-off");
    assertThat(explained(false).summary()).isEqualTo("it is ready and waits in lane " + LANE);
  }

  @Test
  void one_that_does_does_not() {
    assertThat(explained(true).causes()).extracting(Cause::code).doesNotContain("dispatch-off");
  }

  @Test
  void a_lane_that_is_full_names_the_setting_of_its_family() {
    var north = new TaskSteps(store, NORTH);
    store.heartbeats().announce(NORTH, NOON.plusSeconds(3600));
    north.running(aTask("first").inLane("dane:Video.ASR"));
    TaskFixture second = aTask("second").inLane("dane:Video.ASR");
    north.submit(second);

    Cause full = explained(second, true).causes().getFirst();

    assertThat(full.code()).isEqualTo("lane-full");
    assertThat(full.message()).startsWith("lane dane:Video.ASR is full: 1 of 1 in flight");
    assertThat(full.help()).isEqualTo("wait, or raise lanes.dane.limit");
  }

  /** Never the server, where only the caller can change something. */
  @Test
  void it_says_whose_fault_an_end_was() {
    Cause named = Cause.ofCaller("code", "what happened", "");
    var ours = new Cause("code", "what happened", "");

    assertThat(summaryOf(new Outcome.InputFailed(named, false)))
        .isEqualTo("an input that the task names cannot be brought in");
    assertThat(summaryOf(new Outcome.OutputFailed(named)))
        .isEqualTo("an output that the task names cannot be stored");
    assertThat(summaryOf(new Outcome.RuntimeFailed(named, false)))
        .isEqualTo("what the task names cannot be run");
    assertThat(summaryOf(new Outcome.Unplaceable(named)))
        .isEqualTo("the task asks for what this server does not offer");
    assertThat(summaryOf(new Outcome.Unplaceable(ours)))
        .isEqualTo("this server is not set up for it");
    assertThat(summaryOf(new Outcome.ExecutorFailed(0, 3, named))).isEqualTo("its own work failed");
    assertThat(
            Stream.of(
                    new Outcome.InputFailed(ours, true),
                    new Outcome.OutputFailed(ours),
                    new Outcome.RuntimeFailed(ours, true),
                    new Outcome.Lost(ours, true))
                .map(this::summaryOf))
        .containsOnly("the server or a peer of it failed");
  }

  @Test
  void it_says_what_ended_well() {
    assertThat(summaryOfDone(new StepsWork(List.of(CALL), Map.of())))
        .isEqualTo("every step ended well");
    assertThat(summaryOfDone(new InProcessWork("noop", NOTHING))).isEqualTo("it is done");
    assertThat(summaryOfDone(new WorkerWork("dane", "Video.ASR", "ASR", "a", NOTHING)))
        .isEqualTo("a worker did it");
  }

  @Test
  void a_task_that_was_put_off_names_those_of_its_document_that_are_not_done_failed_ones_first() {
    aDocument("VID0001").register(store);
    aDocument("VID0002").register(store);
    aDocument("VID0002").assign(store, "ELSEWHERE");
    TaskEntry asr = aDocument("VID0001").assign(store, "ASR");
    aDocument("VID0001").assign(store, "WAITS");
    end(aDocument("VID0001").assign(store, "DONE"), new Outcome.Completed());
    TaskEntry cut = aDocument("VID0001").assign(store, "CUT");
    end(cut, new Outcome.WorkRefused(new Cause("answered-500", "no such file", "")));
    end(asr, new Outcome.Deferred(new Cause("waits-for-others", "CUT is not done", "")));

    List<Cause> causes = explained(asr.task()).causes();

    assertThat(causes)
        .extracting(Cause::code)
        .containsExactly("waits-for-others", "sibling-failed", "sibling-unfinished");
    assertThat(causes.get(1).message())
        .startsWith("task CUT of the same document (" + cut.id() + ") failed: it is at ");
    assertThat(causes.get(2).message()).startsWith("task WAITS of the same document (");
    assertThat(causes.get(2).help()).endsWith("millrace explain VID0001-WAITS");
  }

  @Test
  void of_many_the_first_are_named_and_the_others_counted() {
    aDocument("VID0001").register(store);
    TaskEntry asr = aDocument("VID0001").assign(store, "ASR");
    for (int i = 0; i < 250; i++) {
      aDocument("VID0001").assign(store, "KEY" + i);
    }
    end(asr, new Outcome.Deferred(new Cause("waits-for-others", "KEY0 is not done", "")));

    List<Cause> causes = explained(asr.task()).causes();

    assertThat(causes).hasSize(1 + 20 + 1);
    assertThat(causes.getLast().message()).isEqualTo("230 more of them are not done");
  }

  @Test
  void a_task_that_nothing_will_wake_says_so() {
    aDocument("VID0001").register(store);
    TaskEntry asr = aDocument("VID0001").assign(store, "ASR");
    end(aDocument("VID0001").assign(store, "DONE"), new Outcome.Completed());
    end(asr, new Outcome.Deferred(new Cause("waits-for-others", "CUT is not done", "")));

    assertThat(explained(asr.task()).causes())
        .extracting(Cause::code)
        .containsExactly("waits-for-others", "nothing-unfinished");
  }

  private void end(TaskEntry entry, Outcome outcome) {
    store.heartbeats().announce(NORTH, NOON.plusSeconds(3600));
    var north = new TaskSteps(store, NORTH);
    Task task = store.views().find(entry.task()).orElseThrow().task();
    north.claimAll(task.lane(), NOON);
    Task begun = north.begin(store.views().find(entry.task()).orElseThrow().task());
    north.end(begun, outcome, NOON);
  }

  private String summaryOfDone(Work work) {
    TaskFixture task = aTask("done-" + store.views().newestEvent()).doing(work);
    return summaryOf(task, new Outcome.Completed());
  }

  private String summaryOf(Outcome outcome) {
    return summaryOf(aTask("ended-" + store.views().newestEvent()), outcome);
  }

  private String summaryOf(TaskFixture task, Outcome outcome) {
    store.heartbeats().announce(NORTH, NOON.plusSeconds(3600));
    new TaskSteps(store, NORTH).ended(task, outcome);
    return explained(task, true).summary();
  }

  private Explanation explained(boolean dispatches) {
    TaskFixture task = aTask(dispatches ? "started" : "left-" + store.views().newestEvent());
    new TaskSteps(store, NORTH).submit(task);
    return explained(task, dispatches);
  }

  private Explanation explained(TaskFixture task, boolean dispatches) {
    return explain(dispatches).explain(task.id(), Caller.ANONYMOUS);
  }

  private Explanation explained(TaskId task) {
    return explain(true).find(task).orElseThrow();
  }

  private Explain explain(boolean dispatches) {
    var lanes = new Lanes(List.of(), Map.of(ContainerWork.class, LANE));
    return new Explain(
        new TaskViews(store.views()),
        store.views(),
        lanes,
        new Runtimes(List.of()),
        new StagingBoard(CLOCK),
        new UnfinishedSiblings(store.documents().views()),
        store.health(),
        dispatches,
        CLOCK);
  }
}
