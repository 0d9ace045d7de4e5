package org.millrace.tes;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RuntimeName;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;

/**
 * Does what the first word of each command says: {@code exit N}, {@code wait} until it is told to
 * go on or cancelled, {@code no-input}, {@code no-output}.
 */
final class ScriptedRuntime implements TaskRuntime {
  private static final Duration MOST = Duration.ofSeconds(20);
  private final Map<String, CountDownLatch> stops = new ConcurrentHashMap<>();

  @Override
  public RuntimeOffer offer() {
    return new RuntimeOffer(
        new RuntimeName("sandbox"),
        "here",
        Custody.HELD,
        Set.of(ContainerWork.class),
        8,
        8L << 30,
        List.of("/usr"),
        Optional.empty());
  }

  @Override
  public void prepare(AttemptOrder order) throws AttemptFailed {
    if (says(order, "no-input")) {
      var cause = new Cause("input-not-found", "inputs[0] is not there", "look for it");
      throw new AttemptFailed(new Outcome.InputFailed(cause, false));
    }
  }

  @Override
  public void start(AttemptOrder order) {
    stops.computeIfAbsent(order.handle().name(), _ -> new CountDownLatch(1));
  }

  @Override
  public ComputeEnd await(AttemptOrder order) throws InterruptedException {
    if (says(order, "wait") && !stop(order.handle()).await(MOST.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("nobody stopped " + order.handle().name());
    }
    return new ComputeEnd.Ran();
  }

  @Override
  public Optional<ComputeEnd> look(AttemptOrder order) {
    throw new UnsupportedOperationException("work is held here");
  }

  @Override
  public Collected collect(AttemptOrder order, ComputeEnd end) {
    var results = new ArrayList<ExecutorResult>();
    for (ExecutorSpec executor : work(order).executors()) {
      int exitCode = exitCode(executor);
      results.add(result(exitCode, String.join(" ", executor.command())));
      if (exitCode != 0 && !executor.ignoreError()) {
        break;
      }
    }
    Optional<Cause> problem =
        says(order, "no-output")
            ? Optional.of(new Cause("output-missing", "outputs[0] was not there", ""))
            : Optional.empty();
    return new Collected(results, List.of(), problem, Optional.empty(), List.of());
  }

  @Override
  public void cancel(Handle handle) {
    stop(handle).countDown();
  }

  @Override
  public void clean(Handle handle) {
    stops.remove(handle.name());
  }

  @Override
  public Stream<Handle> survivors() {
    return Stream.empty();
  }

  private CountDownLatch stop(Handle handle) {
    return stops.computeIfAbsent(handle.name(), _ -> new CountDownLatch(1));
  }

  private static boolean says(AttemptOrder order, String word) {
    return work(order).executors().stream().anyMatch(executor -> executor.command().contains(word));
  }

  private static ContainerWork work(AttemptOrder order) {
    return (ContainerWork) order.spec().work();
  }

  private static int exitCode(ExecutorSpec executor) {
    return executor.command().getFirst().equals("exit")
        ? Integer.parseInt(executor.command().getLast())
        : 0;
  }

  private static ExecutorResult result(int exitCode, String stdout) {
    Instant now = Instant.now();
    return new ExecutorResult(
        exitCode, OptionalInt.empty(), false, now, now, ExecutorResult.Usage.NONE, stdout, "");
  }
}
