package org.millrace.testkit.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.Fixtures.NOON;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.runtime.Waiting.until;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.ExecutorResult.Usage;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.Transition;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.AttemptRunner;
import org.millrace.engine.attempt.AttemptTimes;
import org.millrace.engine.attempt.Attempts;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.dispatch.Answers;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.transition.FaceRule;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.engine.transition.TransitionStore;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.TaskSteps;
import org.millrace.testkit.memory.InMemoryStore;

/** What becomes of attempts when their server ends, their caller goes away, or the store does. */
@Timeout(60)
final class AttemptsTest {
  private static final TaskId TASK = new TaskId("task");
  private static final ExecutorResult RAN =
      new ExecutorResult(0, OptionalInt.empty(), false, NOON, NOON, Usage.NONE, "", "");

  private final StorePorts store = new InMemoryStore().ports();
  private final TaskSteps steps = new TaskSteps(store, NORTH);
  private final AtomicInteger notesRefused = new AtomicInteger();
  private final Scripted runtime = new Scripted();
  private final VirtualThreads threads = new VirtualThreads();
  private final StopSigns signs = new StopSigns();
  private final TaskTransitions transitions =
      new TaskTransitions(
          new NotesRefusedForAWhile(store.transitions()),
          FaceRule.UNCHANGED,
          _ -> List.of(),
          signs,
          new News(threads.bell(), threads.bell(), threads.bell(), threads.bell()));
  private final StagingBoard board = new StagingBoard(() -> NOON);
  private final Attempts attempts =
      new Attempts(
          new AttemptRunner(
              new Runtimes(List.of(runtime)), threads, new Random(1), AttemptTimes.DEFAULT),
          transitions,
          signs,
          board,
          threads,
          () -> NOON);
  private final Answers answers =
      new Answers(store.claims(), attempts, transitions, threads, new Random(1), NORTH, () -> NOON);

  @BeforeEach
  void announce() {
    store.heartbeats().announce(NORTH, at(3600));
  }

  @Test
  void a_checkpoint_waits_for_a_store_that_is_away() throws Exception {
    notesRefused.set(3);
    runtime.preparing = order -> order.checkpoint("place", "here");

    start();

    until(() -> store.views().find(TASK).orElseThrow().task().state() == TaskState.COMPLETE);
    assertThat(notesRefused.get()).as("every refusal was met").isLessThanOrEqualTo(0);
  }

  @Test
  void an_answer_is_stored_also_if_its_bearer_no_longer_waits() throws Exception {
    steps.handedOver(aTask("task"), at(60));
    var collecting = new CountDownLatch(1);
    var mayGoOn = new CountDownLatch(1);
    runtime.collecting =
        () -> {
          collecting.countDown();
          mayGoOn.await();
        };
    var heard = new AtomicReference<Throwable>();
    Thread bearer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                answers.arrived(TASK, 1, new ComputeEnd.Ran());
              } catch (InterruptedException interrupted) {
                heard.set(interrupted);
              }
            });
    collecting.await();

    bearer.interrupt();
    bearer.join();
    assertThat(heard.get()).isInstanceOf(InterruptedException.class);
    mayGoOn.countDown();

    until(() -> now().state() == TaskState.COMPLETE);
  }

  @Test
  void a_server_that_leaves_takes_no_answer() throws Exception {
    Task before = steps.handedOver(aTask("task"), at(60));
    attempts.leaveAll();

    assertThatThrownBy(() -> answers.arrived(TASK, 1, new ComputeEnd.Ran()))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Unavailable.class));
    assertThat(now()).as("not claimed, so that others may take it").isEqualTo(before);
  }

  @Test
  void a_defect_at_the_end_of_the_server_ends_no_task() throws Exception {
    var preparing = new CountDownLatch(1);
    runtime.preparing =
        _ -> {
          preparing.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException told) {
            throw new IllegalStateException("a defect in the way of stopping", told);
          }
        };
    start();
    preparing.await();

    attempts.leaveAll();

    assertThat(now().state()).isEqualTo(TaskState.INITIALIZING);
    assertThat(now().lease()).as("whoever comes next adopts it").isEmpty();
  }

  @Test
  void what_holds_an_attempt_is_told_until_it_lets_go() throws Exception {
    var away = new Cause("engine-away", "it is away", "");
    var mayGoOn = new CountDownLatch(1);
    var wentOn = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    runtime.preparing =
        order -> {
          order.progress().held(away);
          mayGoOn.await();
          order.progress().free();
          wentOn.countDown();
          mayEnd.await();
        };
    start();

    until(() -> board.held(TASK).equals(Optional.of(away)));
    mayGoOn.countDown();
    wentOn.await();
    assertThat(board.held(TASK)).isEmpty();
    mayEnd.countDown();
    until(() -> now().state() == TaskState.COMPLETE);
  }

  @ParameterizedTest
  @CsvSource({
    "3,, false, executor 0 exited with 3",
    "126,, false, 'executor 0 exited with 126, as shells do when a command could not be run'",
    "127,, false, 'executor 0 exited with 127, as shells do when a command was not found'",
    "137, 9, false, executor 0 was killed by signal 9 (KILL)",
    "162, 34, false, executor 0 was killed by signal 34",
    "137, 9, true, executor 0 was killed: out of memory"
  })
  void an_exit_is_told_in_words(
      int code, @Nullable Integer signal, boolean outOfMemory, String words) throws Exception {
    OptionalInt number = signal == null ? OptionalInt.empty() : OptionalInt.of(signal);
    runtime.exited = new ExecutorResult(code, number, outOfMemory, NOON, NOON, Usage.NONE, "", "");

    start();

    until(() -> now().outcome().isPresent());
    assertThat(now().outcome().flatMap(Outcome::why))
        .hasValueSatisfying(why -> {
          assertThat(why.message()).isEqualTo(words);
          assertThat(why.byCaller()).isTrue();
        });
  }

  private void start() {
    steps.submit(aTask("task"));
    attempts.start(steps.claimAll(Fixtures.LANE, NOON).getFirst());
  }

  private Task now() {
    return store.views().find(TASK).orElseThrow().task();
  }

  /** A step of the runtime that a test decides. */
  private interface Step {
    void of(AttemptOrder order) throws AttemptFailed, InterruptedException;
  }

  /** As {@link Step}, for one that cannot fail. */
  private interface Gathering {
    void run() throws InterruptedException;
  }

  /** Ends at once, unless a step is told otherwise. */
  private static final class Scripted implements TaskRuntime {
    volatile Step preparing = _ -> {};
    volatile Gathering collecting = () -> {};
    volatile ExecutorResult exited = RAN;

    @Override
    public RuntimeOffer offer() {
      return new RuntimeOffer(
          new RuntimeName("sandbox"),
          Fixtures.HERE,
          Custody.HELD,
          Set.of(ContainerWork.class),
          2,
          1L << 30,
          List.of(),
          Optional.empty());
    }

    @Override
    public void prepare(AttemptOrder order) throws AttemptFailed, InterruptedException {
      preparing.of(order);
    }

    @Override
    public void start(AttemptOrder order) {}

    @Override
    public ComputeEnd await(AttemptOrder order) {
      return new ComputeEnd.Ran();
    }

    @Override
    public Optional<ComputeEnd> look(AttemptOrder order) {
      return Optional.empty();
    }

    @Override
    public Collected collect(AttemptOrder order, ComputeEnd end) throws InterruptedException {
      collecting.run();
      return new Collected(
          List.of(exited), List.of(), Optional.empty(), Optional.empty(), List.of());
    }

    @Override
    public void cancel(Handle handle) {}

    @Override
    public void clean(Handle handle) {}

    @Override
    public Stream<Handle> survivors() {
      return Stream.empty();
    }
  }

  /** Refuses as many notes as a test asks for, and is good again. */
  private final class NotesRefusedForAWhile implements TransitionStore {
    private final TransitionStore good;

    NotesRefusedForAWhile(TransitionStore good) {
      this.good = good;
    }

    @Override
    public Optional<Transition> apply(TaskId id, Change change) {
      return good.apply(id, change);
    }

    @Override
    public boolean note(TaskId id, Lease lease, AttemptReport report) {
      if (notesRefused.getAndDecrement() > 0) {
        throw new Refusal(new Failure.Unavailable("disk full", Duration.ofSeconds(1)));
      }
      return good.note(id, lease, report);
    }
  }
}
