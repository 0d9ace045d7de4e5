package org.millrace.testkit.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.testkit.simulation.Faults.Fault;
import org.millrace.testkit.store.Intercepted;
import org.millrace.testkit.store.Intercepted.Call;

/**
 * Store ports that take time, let others run before and after each call, and fail: with nothing
 * stored, or with everything stored and nobody told.
 */
final class FaultyStores {
  private final SeededThreads threads;
  private final Faults faults;
  private final Random random;
  private final Invariants invariants;

  FaultyStores(SeededThreads threads, Faults faults, Random random, Invariants invariants) {
    this.threads = threads;
    this.faults = faults;
    this.random = random;
    this.invariants = invariants;
  }

  StorePorts around(StorePorts good) {
    return Intercepted.ports(good, this::answer);
  }

  private @Nullable Object answer(Call call) throws Throwable {
    take();
    failSometimes("before");
    Object answer = call.make();
    check(call.arguments(), answer);
    take();
    failSometimes("after");
    return answer;
  }

  /** Nobody else has run since the store was asked. */
  private void check(List<Object> arguments, @Nullable Object answer) {
    if (!arguments.isEmpty() && arguments.getFirst() instanceof TaskId changed) {
      invariants.check(changed);
    }
    if (answer instanceof List<?> list && list.stream().anyMatch(Claimed.class::isInstance)) {
      List<Task> granted = list.stream().map(Claimed.class::cast).map(Claimed::task).toList();
      granted.forEach(task -> invariants.check(task.id()));
      if (arguments.getFirst() instanceof LaneRule rule) {
        invariants.checkRoom(rule, granted.getFirst().lease().orElseThrow().holder());
      }
    }
  }

  private void take() {
    threads.pause(
        faults.strikes(Fault.SLOW_STORE, 50) ? random.nextInt(20_000) : random.nextInt(2));
  }

  private void failSometimes(String when) {
    if (faults.strikes(Fault.DEFECT, 1_000)) {
      throw new AssertionError("a defect of the store, " + when + " it stored");
    }
    if (faults.strikes(Fault.FAILING_STORE, 60)) {
      throw new Refusal(
          new Failure.Unavailable("the store fails " + when + " it stored", Duration.ofMillis(10)));
    }
  }
}
