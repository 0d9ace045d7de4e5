package org.millrace.testkit.simulation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
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
import org.millrace.engine.delivery.DeliveryStore;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.documents.DeadLetterStore;
import org.millrace.engine.documents.DocumentPorts;
import org.millrace.engine.documents.DocumentRunStore;
import org.millrace.engine.documents.DocumentStore;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.documents.NumberStore;
import org.millrace.engine.documents.SiblingStore;
import org.millrace.engine.recovery.DueStore;
import org.millrace.engine.recovery.HeartbeatStore;
import org.millrace.engine.retention.RetentionStore;
import org.millrace.engine.runs.RunIntakeStore;
import org.millrace.engine.runs.RunStore;
import org.millrace.engine.runs.RunViewStore;
import org.millrace.engine.submission.IntakeStore;
import org.millrace.engine.transition.TransitionStore;
import org.millrace.engine.views.ViewStore;
import org.millrace.testkit.simulation.Faults.Fault;

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
    return new StorePorts(
        wrap(IntakeStore.class, good.intake()),
        wrap(ClaimStore.class, good.claims()),
        wrap(TransitionStore.class, good.transitions()),
        wrap(HeartbeatStore.class, good.heartbeats()),
        wrap(DueStore.class, good.due()),
        wrap(DeliveryStore.class, good.deliveries()),
        wrap(RetentionStore.class, good.retention()),
        wrap(ViewStore.class, good.views()),
        wrap(RunIntakeStore.class, good.runIntake()),
        wrap(RunStore.class, good.runs()),
        wrap(RunViewStore.class, good.runViews()),
        new DocumentPorts(
            wrap(DocumentStore.class, good.documents().store()),
            wrap(DocumentViewStore.class, good.documents().views()),
            wrap(SiblingStore.class, good.documents().siblings()),
            wrap(DeadLetterStore.class, good.documents().deadLetters()),
            wrap(DocumentRunStore.class, good.documents().runs()),
            wrap(NumberStore.class, good.documents().numbers())),
        good.health());
  }

  private <P> P wrap(Class<P> port, P target) {
    InvocationHandler handler =
        (_, method, given) -> {
          Object[] arguments = given == null ? new Object[0] : given;
          take();
          failSometimes("before");
          Object answer;
          try {
            answer = method.invoke(target, arguments);
          } catch (InvocationTargetException e) {
            throw e.getTargetException();
          }
          check(arguments, answer);
          take();
          failSometimes("after");
          return answer;
        };
    return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, handler));
  }

  /** Nobody else has run since the store was asked. */
  private void check(Object[] arguments, @Nullable Object answer) {
    if (arguments.length > 0 && arguments[0] instanceof TaskId changed) {
      invariants.check(changed);
    }
    if (answer instanceof List<?> list && list.stream().anyMatch(Claimed.class::isInstance)) {
      List<Task> granted = list.stream().map(Claimed.class::cast).map(Claimed::task).toList();
      granted.forEach(task -> invariants.check(task.id()));
      if (arguments[0] instanceof LaneRule rule) {
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
