package org.millrace.testkit.simulation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.StorePorts;
import org.millrace.engine.delivery.DeliveryStore;
import org.millrace.engine.dispatch.ClaimStore;
import org.millrace.engine.recovery.DueStore;
import org.millrace.engine.recovery.HeartbeatStore;
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
  private final Consumer<TaskId> whenChanged;

  FaultyStores(SeededThreads threads, Faults faults, Random random, Consumer<TaskId> whenChanged) {
    this.threads = threads;
    this.faults = faults;
    this.random = random;
    this.whenChanged = whenChanged;
  }

  StorePorts around(StorePorts good) {
    return new StorePorts(
        wrap(IntakeStore.class, good.intake()),
        wrap(ClaimStore.class, good.claims()),
        wrap(TransitionStore.class, good.transitions()),
        wrap(HeartbeatStore.class, good.heartbeats()),
        wrap(DueStore.class, good.due()),
        wrap(DeliveryStore.class, good.deliveries()),
        wrap(ViewStore.class, good.views()),
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
          if (arguments.length > 0 && arguments[0] instanceof TaskId changed) {
            whenChanged.accept(changed);
          }
          take();
          failSometimes("after");
          return answer;
        };
    return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, handler));
  }

  private void take() {
    threads.pause(
        faults.strikes(Fault.SLOW_STORE, 50) ? random.nextInt(20_000) : random.nextInt(2));
  }

  private void failSometimes(String when) {
    if (faults.strikes(Fault.FAILING_STORE, 60)) {
      throw new Refusal(
          new Failure.Unavailable("the store fails " + when + " it stored", Duration.ofMillis(10)));
    }
  }
}
