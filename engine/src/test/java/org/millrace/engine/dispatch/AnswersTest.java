package org.millrace.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.AnswersOfOneTask;
import org.millrace.engine.InOneThread;
import org.millrace.engine.OneTask;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Attempts;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;

/** Answers of a peer that leaves its results to be collected: its task is taken up for that. */
final class AnswersTest {
  private static final Optional<Lease> OF_SOUTH = Optional.of(new Lease(new ServerId("south"), 7));

  private final OneTask row = new OneTask();
  private final InOneThread threads = new InOneThread();
  private final Peer peer = new Peer();
  private final Attempts attempts;
  private final Answers answers;

  AnswersTest() {
    var here = AnswersOfOneTask.of(row, threads, List.of(peer));
    attempts = here.attempts();
    answers = here.answers();
  }

  @Test
  void its_results_are_collected_before_it_ends() throws InterruptedException {
    answers.arrived(OneTask.ID, 2, new ComputeEnd.Ran());

    assertThat(row.stored).containsExactly("taken up", "ENDED");
    assertThat(row.task.state()).isEqualTo(TaskState.COMPLETE);
    assertThat(row.said).contains(new Value.Text("results"));
    assertThat(peer.asked).containsExactly("collect", "clean");
  }

  /** Its end was worked out; telling it is tried until the store is back. */
  @Test
  void an_end_that_cannot_be_stored_yet_is_told_until_it_is() throws InterruptedException {
    row.beforeWrite =
        () -> {
          if (row.stored.equals(List.of("taken up")) && threads.slept.size() < 3) {
            throw new Refusal(new Failure.Unavailable("the store is away", Duration.ZERO));
          }
        };

    answers.arrived(OneTask.ID, 2, new ComputeEnd.Ran());

    assertThat(threads.slept)
        .containsExactly(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));
    assertThat(row.task.state()).isEqualTo(TaskState.COMPLETE);
    assertThat(peer.asked).containsExactly("collect", "clean");
  }

  @Test
  void an_answer_to_an_earlier_attempt_is_late() throws InterruptedException {
    answers.arrived(OneTask.ID, 1, new ComputeEnd.Ran());

    assertThat(row.stored).containsExactly("late answer of attempt 1");
    assertThat(peer.asked).isEmpty();
  }

  @Test
  void an_answer_of_a_task_that_is_gone_is_none() throws InterruptedException {
    answers.arrived(new TaskId("gone"), 1, new ComputeEnd.Ran());

    assertThat(row.stored).isEmpty();
  }

  @Test
  void it_waits_until_another_server_has_let_go() throws InterruptedException {
    row.task = OneTask.at(TaskState.RUNNING, 2, OF_SOUTH);
    threads.whenSlept =
        () -> {
          if (threads.slept.size() == 3) {
            row.task = OneTask.at(TaskState.RUNNING, 2, Optional.empty());
          }
        };

    answers.arrived(OneTask.ID, 2, new ComputeEnd.Ran());

    assertThat(threads.slept).hasSize(3);
    assertThat(row.stored).containsExactly("taken up", "ENDED");
  }

  @Test
  void what_another_server_works_on_for_long_is_to_be_answered_again() {
    row.task = OneTask.at(TaskState.RUNNING, 2, OF_SOUTH);

    assertThatThrownBy(() -> answers.arrived(OneTask.ID, 2, new ComputeEnd.Ran()))
        .isInstanceOfSatisfying(
            Refusal.class,
            refused -> assertThat(refused.failure()).isInstanceOf(Failure.Unavailable.class))
        .hasMessageContaining("is being worked on");

    assertThat(threads.slept).hasSize(50).containsOnly(Duration.ofMillis(100));
    assertThat(row.stored).isEmpty();
  }

  @Test
  void a_server_that_leaves_takes_none() throws InterruptedException {
    attempts.leaveAll();

    assertThatThrownBy(() -> answers.arrived(OneTask.ID, 2, new ComputeEnd.Ran()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("stopping");

    assertThat(row.stored).isEmpty();
  }

  /** Has run it, and keeps what came of it. */
  private static final class Peer implements TaskRuntime {
    private final List<String> asked = new ArrayList<>();

    @Override
    public RuntimeOffer offer() {
      return new RuntimeOffer(
          OneTask.RUNTIME,
          "",
          Custody.HANDED_OVER,
          Set.of(WorkerWork.class),
          1,
          1,
          List.of(),
          Optional.empty());
    }

    @Override
    public Collected collect(AttemptOrder order, ComputeEnd end) {
      asked.add("collect");
      return Collected.of(new Value.Text("results"));
    }

    @Override
    public void clean(Handle handle) {
      asked.add("clean");
    }

    @Override
    public void cancel(Handle handle) {
      throw new AssertionError("nothing is cancelled here");
    }

    @Override
    public void prepare(AttemptOrder order) {
      throw new AssertionError("nothing is begun here");
    }

    @Override
    public void start(AttemptOrder order) {
      throw new AssertionError("nothing is begun here");
    }

    @Override
    public ComputeEnd await(AttemptOrder order) {
      throw new AssertionError("handed over");
    }

    @Override
    public Optional<ComputeEnd> look(AttemptOrder order) {
      throw new AssertionError("the answer says that it has ended");
    }

    @Override
    public Stream<Handle> survivors() {
      return Stream.empty();
    }
  }
}
