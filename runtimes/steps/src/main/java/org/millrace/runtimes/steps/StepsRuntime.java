package org.millrace.runtimes.steps;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.StepsWork;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.AwaitingThreads;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.services.ServiceClient;
import org.millrace.engine.staging.RequestSecrets;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.views.LogFolder;

/**
 * Runs {@link StepsWork}: the thread that awaits an attempt goes through its steps. Nothing of it
 * is anywhere but in its checkpoints, so any server takes it up; a job that a service has begun
 * goes on there when the attempt is cancelled. Thread-safe.
 */
public final class StepsRuntime implements TaskRuntime {
  public static final RuntimeName NAME = new RuntimeName("steps");

  private final Means means;
  private final RequestSecrets secrets;
  private final Map<String, StepHandler> handlers = new HashMap<>();
  private final AwaitingThreads working = new AwaitingThreads();

  /**
   * What it works with.
   *
   * @param mostLog bytes of the log of one attempt
   */
  public record Means(
      ServiceClient client, LogFolder logs, long mostLog, Threads threads, InstantSource clock) {}

  /**
   * Makes one.
   *
   * @param handlers of steps that are no requests; no kind twice
   */
  public StepsRuntime(Means means, RequestSecrets secrets, List<StepHandler> handlers) {
    this.means = means;
    this.secrets = secrets;
    for (StepHandler handler : handlers) {
      if (this.handlers.put(handler.kind(), handler) != null) {
        throw new IllegalArgumentException("two handlers do steps of kind " + handler.kind());
      }
    }
  }

  @Override
  public RuntimeOffer offer() {
    return new RuntimeOffer(
        NAME,
        "",
        Custody.HELD,
        Set.of(StepsWork.class),
        Integer.MAX_VALUE, // others compute
        Long.MAX_VALUE,
        List.of(),
        Optional.empty());
  }

  @Override
  public void prepare(AttemptOrder order) {
    // each step brings what it needs
  }

  @Override
  public void start(AttemptOrder order) {
    // whoever awaits it works
  }

  @Override
  public ComputeEnd await(AttemptOrder order) throws InterruptedException {
    return working.work(order.handle(), () -> walked(order));
  }

  private ComputeEnd walked(AttemptOrder order) throws InterruptedException {
    var log = new StepLog(means.logs(), order, means.mostLog(), means.clock());
    log.open();
    try {
      new Walk(
              work(order),
              order.handle().name(),
              new Journal(order, work(order)),
              log,
              new Requests(means.client(), means.clock(), log),
              secrets,
              handlers,
              means.threads(),
              means.clock())
          .toTheEnd();
      return new ComputeEnd.Ran();
    } catch (AttemptFailed unstored) {
      return new ComputeEnd.Broken(unstored.outcome().why().orElse(UNSTORED));
    }
  }

  private static final Cause UNSTORED =
      new Cause("checkpoint-not-stored", "what a step did could not be stored", "");

  @Override
  public Optional<ComputeEnd> look(AttemptOrder order) {
    return new Journal(order, work(order)).isOver()
        ? Optional.of(new ComputeEnd.Ran())
        : working.stopped(order.handle());
  }

  @Override
  public Collected collect(AttemptOrder order, ComputeEnd end) {
    var journal = new Journal(order, work(order));
    return journal
        .failure()
        .map(why -> Collected.failed(why, journal.left()))
        .orElseGet(() -> Collected.of(journal.left()));
  }

  @Override
  public void cancel(Handle handle) throws InterruptedException {
    working.cancel(handle);
  }

  @Override
  public void clean(Handle handle) {
    working.forget(handle);
  }

  @Override
  public Stream<Handle> survivors() {
    return Stream.empty();
  }

  private static StepsWork work(AttemptOrder order) {
    if (order.spec().work() instanceof StepsWork work) {
      return work;
    }
    throw new IllegalArgumentException("runtime steps was given work of another kind");
  }
}
