package org.millrace.testkit.store;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millrace.engine.StorePorts;
import org.millrace.engine.delivery.DeliveryStore;
import org.millrace.engine.dispatch.ClaimStore;
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

/**
 * Stores whose calls go by a test first: it sees, fails, changes or replaces them. As thread-safe
 * as what the test does.
 */
public final class Intercepted {
  private Intercepted() {}

  /** What becomes of a call. */
  @FunctionalInterface
  public interface Interception {
    /** The answer; anything that is thrown is thrown by the store. */
    @Nullable Object answer(Call call) throws Throwable;
  }

  /** A call of a store, not made yet. */
  public static final class Call {
    private final Class<?> port;
    private final Object good;
    private final Method method;
    private final Object[] arguments;

    private Call(Class<?> port, Object good, Method method, Object[] arguments) {
      this.port = port;
      this.good = good;
      this.method = method;
      this.arguments = arguments;
    }

    /** Whether it is one of this port. */
    public boolean isOf(Class<?> one) {
      return port.equals(one);
    }

    /** The name of its method. */
    public String method() {
      return method.getName();
    }

    /** What it is called with, in order. */
    public List<Object> arguments() {
      return List.of(arguments);
    }

    /** Makes it. */
    public @Nullable Object make() throws Throwable {
      return madeAt(good, arguments);
    }

    /** Makes it with another first argument. */
    public @Nullable Object makeWith(Object first) throws Throwable {
      Object[] given = arguments.clone();
      given[0] = first;
      return madeAt(good, given);
    }

    private @Nullable Object madeAt(Object store, Object[] given) throws Throwable {
      try {
        return method.invoke(store, given);
      } catch (InvocationTargetException thrown) {
        throw thrown.getTargetException();
      }
    }
  }

  /** All ports but that of health, through one interception. */
  public static StorePorts ports(StorePorts good, Interception interception) {
    return new StorePorts(
        port(IntakeStore.class, good.intake(), interception),
        port(ClaimStore.class, good.claims(), interception),
        port(TransitionStore.class, good.transitions(), interception),
        port(HeartbeatStore.class, good.heartbeats(), interception),
        port(DueStore.class, good.due(), interception),
        port(DeliveryStore.class, good.deliveries(), interception),
        port(RetentionStore.class, good.retention(), interception),
        port(ViewStore.class, good.views(), interception),
        port(RunIntakeStore.class, good.runIntake(), interception),
        port(RunStore.class, good.runs(), interception),
        port(RunViewStore.class, good.runViews(), interception),
        new DocumentPorts(
            port(DocumentStore.class, good.documents().store(), interception),
            port(DocumentViewStore.class, good.documents().views(), interception),
            port(SiblingStore.class, good.documents().siblings(), interception),
            port(DeadLetterStore.class, good.documents().deadLetters(), interception),
            port(DocumentRunStore.class, good.documents().runs(), interception),
            port(NumberStore.class, good.documents().numbers(), interception)),
        good.health());
  }

  /** The same ports with another one in the place of one of them. */
  public static <P> StorePorts replacing(StorePorts good, Class<P> port, P other) {
    return ports(good, call -> call.isOf(port) ? call.madeAt(other, call.arguments) : call.make());
  }

  /** One port. */
  public static <P> P port(Class<P> port, P good, Interception interception) {
    InvocationHandler handler =
        (_, method, given) ->
            interception.answer(
                new Call(port, good, method, given == null ? new Object[0] : given));
    return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, handler));
  }
}
