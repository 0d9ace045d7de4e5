package org.millrace.runtimes.inprocess;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.AwaitingThreads;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.runtimes.inprocess.Handler.Effect;

/**
 * Runs {@link InProcessWork} in the thread that awaits it. Nothing is written for it: what was
 * started here, and what came of it, is in memory until it is cleaned up. Thread-safe.
 */
public final class InProcessRuntime implements TaskRuntime {
  public static final RuntimeName NAME = new RuntimeName("in-process");

  private static final Value NONE = new Value.Fields(Map.of());

  private final Map<String, Handler> handlers = new TreeMap<>();
  private final Set<Handle> started = ConcurrentHashMap.newKeySet();
  private final Map<Handle, Collected> results = new ConcurrentHashMap<>();
  private final AwaitingThreads working = new AwaitingThreads();

  /**
   * Makes one.
   *
   * @param handlers no name twice
   */
  public InProcessRuntime(List<Handler> handlers) {
    for (Handler handler : handlers) {
      if (this.handlers.put(handler.name(), handler) != null) {
        throw new IllegalArgumentException("two handlers are called " + handler.name());
      }
    }
  }

  /** The names of what it does. */
  public Set<String> handlers() {
    return Set.copyOf(handlers.keySet());
  }

  @Override
  public RuntimeOffer offer() {
    return new RuntimeOffer(
        NAME,
        "",
        Custody.HELD,
        Set.of(InProcessWork.class),
        Integer.MAX_VALUE, // what the server has is not given out to tasks
        Long.MAX_VALUE,
        List.of(),
        Optional.empty());
  }

  @Override
  public Optional<Value> doAtOnce(Work work) {
    if (!(work instanceof InProcessWork(String name, Value arguments))) {
      return Optional.empty();
    }
    @Nullable Handler handler = handlers.get(name);
    if (handler == null || handler.effect() != Effect.NONE) {
      return Optional.empty();
    }
    try {
      return Optional.of(handler.run(arguments));
    } catch (HandlerFailed | RuntimeException _) {
      return Optional.empty(); // an attempt tells why
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void prepare(AttemptOrder order) {
    // there is no place to make ready
  }

  @Override
  public void start(AttemptOrder order) {
    started.add(order.handle());
  }

  @Override
  public ComputeEnd await(AttemptOrder order) throws InterruptedException {
    return working.work(order.handle(), () -> done(order));
  }

  private ComputeEnd done(AttemptOrder order) throws InterruptedException {
    if (results.containsKey(order.handle())) {
      return new ComputeEnd.Ran();
    }
    InProcessWork work = work(order);
    boolean isFirst = started.remove(order.handle());
    @Nullable Handler handler = handlers.get(work.handler());
    if (handler != null && handler.effect() == Effect.ONCE && !isFirst) {
      return new ComputeEnd.Lost(gone(work), true);
    }
    results.put(order.handle(), handler == null ? unknown(work) : result(handler, work));
    return new ComputeEnd.Ran();
  }

  private static Collected result(Handler handler, InProcessWork work) throws InterruptedException {
    try {
      return Collected.of(handler.run(work.arguments()));
    } catch (HandlerFailed failed) {
      return Collected.failed(failed.why(), NONE);
    }
  }

  private Collected unknown(InProcessWork work) {
    return Collected.failed(
        Cause.ofCaller(
            "handler-unknown",
            "there is no handler '" + work.handler() + "' here",
            "there are " + String.join(", ", handlers.keySet())),
        NONE);
  }

  private static Cause gone(InProcessWork work) {
    return new Cause(
        "server-gone",
        "the server ended while it did the work of handler '" + work.handler() + "'",
        "it may have been done in part; allow another attempt if that does no harm");
  }

  @Override
  public Optional<ComputeEnd> look(AttemptOrder order) {
    return results.containsKey(order.handle())
        ? Optional.of(new ComputeEnd.Ran())
        : working.stopped(order.handle());
  }

  @Override
  public Collected collect(AttemptOrder order, ComputeEnd end) {
    return results.getOrDefault(order.handle(), Collected.NOTHING);
  }

  @Override
  public void cancel(Handle handle) throws InterruptedException {
    working.cancel(handle);
  }

  @Override
  public void clean(Handle handle) {
    working.forget(handle);
    started.remove(handle);
    results.remove(handle);
  }

  @Override
  public Stream<Handle> survivors() {
    return Stream.empty();
  }

  private static InProcessWork work(AttemptOrder order) {
    if (order.spec().work() instanceof InProcessWork work) {
      return work;
    }
    throw new IllegalArgumentException("runtime in-process was given work of another kind");
  }
}
