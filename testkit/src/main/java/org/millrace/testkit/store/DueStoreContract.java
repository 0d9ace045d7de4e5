package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.testkit.Fixtures.aCause;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.Fixtures.completed;
import static org.millrace.testkit.Fixtures.executorFailed;
import static org.millrace.testkit.Fixtures.threeTimes;
import static org.millrace.testkit.TaskSteps.leaseOf;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TimeLimits;
import org.millrace.engine.recovery.DueStore;

/** What {@link DueStore} promises. */
public abstract class DueStoreContract extends StoreContract {

  @Test
  void a_task_has_waited_too_long_from_the_moment_its_queue_limit_is_over() {
    north.submit(aTask().createdAt(at(5)).limited(queue(10)));

    assertThat(store.due().waitedTooLong(at(14), 9)).isEmpty();
    assertThat(store.due().waitedTooLong(at(15), 9)).containsExactly(aTask().id());
    assertThat(store.due().waitedTooLong(at(3000), 9)).containsExactly(aTask().id());
  }

  @Test
  void the_total_limit_counts_while_it_waits() {
    north.submit(aTask().limited(total(10)));

    assertThat(store.due().waitedTooLong(at(9), 9)).isEmpty();
    assertThat(store.due().waitedTooLong(at(10), 9)).containsExactly(aTask().id());
  }

  @Test
  void a_task_without_limits_may_wait_for_ever() {
    north.submit(aTask());

    assertThat(store.due().waitedTooLong(at(1_000_000_000), 9)).isEmpty();
  }

  @Test
  void a_task_not_due_yet_waits_all_the_same() {
    north.submit(aTask().dueAt(at(100)).limited(queue(10)));

    assertThat(store.due().waitedTooLong(at(10), 9)).containsExactly(aTask().id());
  }

  @Test
  void a_task_claimed_but_not_begun_still_waits() {
    north.claimed(aTask().limited(queue(10)));

    assertThat(store.due().waitedTooLong(at(10), 9)).containsExactly(aTask().id());
  }

  @Test
  void a_task_under_way_or_at_its_end_does_not_wait() {
    north.running(aTask("running").limited(tenAndTwenty()));
    north.preparing(aTask("preparing").limited(tenAndTwenty()));
    north.handedOver(aTask("handed-over").limited(tenAndTwenty()), at(9));
    north.ended(aTask("ended").limited(tenAndTwenty()), completed());
    Task canceling = north.running(aTask("canceling").limited(tenAndTwenty()));
    north.apply(canceling, new TaskEvent.CancelRequested("ada", at(1)));

    assertThat(store.due().waitedTooLong(at(3000), 9)).isEmpty();
  }

  @Test
  void the_queue_limit_is_for_the_first_attempt_the_total_one_for_all() {
    north.ended(aTask("queue-only").retried(threeTimes()).limited(queue(10)), executorFailed());
    assertThat(store.due().waitedTooLong(at(3000), 9)).isEmpty();

    Task retried =
        north.ended(
            aTask("both").inLane("other").retried(threeTimes()).limited(tenAndTwenty()),
            executorFailed());
    assertThat(store.due().waitedTooLong(at(19), 9)).isEmpty();
    assertThat(store.due().waitedTooLong(at(20), 9)).containsExactly(retried.id());
  }

  @Test
  void a_task_that_was_given_up_has_waited_long_enough() {
    north.submit(aTask().limited(queue(10)));
    north.apply(aTask().task(), new TaskEvent.WaitedTooLong(at(10)));

    assertThat(store.due().waitedTooLong(at(20), 9)).isEmpty();
  }

  @Test
  void the_one_over_its_limit_longest_comes_first_and_no_more_than_asked_for() {
    north.submit(
        aTask("third").limited(queue(30)),
        aTask("first").createdAt(at(8)).limited(queue(2)),
        aTask("second").limited(total(20)),
        aTask("not-yet").limited(queue(2000)));

    assertThat(store.due().waitedTooLong(at(50), 2))
        .containsExactly(new TaskId("first"), new TaskId("second"));
    assertThat(store.due().waitedTooLong(at(50), 9))
        .containsExactly(new TaskId("first"), new TaskId("second"), new TaskId("third"));
  }

  @Test
  void a_task_put_back_goes_on_waiting_since_its_creation() {
    Task claimed = north.claimed(aTask().limited(queue(10)));
    north.apply(claimed, new TaskEvent.PutBack(leaseOf(claimed), aCause("no-room"), at(60), at(5)));

    assertThat(store.due().waitedTooLong(at(9), 9)).isEmpty();
    assertThat(store.due().waitedTooLong(at(10), 9)).containsExactly(claimed.id());
  }

  @Test
  void an_interrupted_caller_is_served_and_stays_interrupted() {
    north.submit(aTask().limited(queue(10)));

    assertThat(interrupted(() -> store.due().waitedTooLong(at(10), 9)))
        .containsExactly(aTask().id());
  }

  private static TimeLimits queue(int seconds) {
    return new TimeLimits(
        Optional.of(Duration.ofSeconds(seconds)), Optional.empty(), Optional.empty());
  }

  private static TimeLimits total(int seconds) {
    return new TimeLimits(
        Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(seconds)));
  }

  /** Ten seconds in the queue, twenty in all. */
  private static TimeLimits tenAndTwenty() {
    return new TimeLimits(
        Optional.of(Duration.ofSeconds(10)), Optional.empty(), Optional.of(Duration.ofSeconds(20)));
  }
}
