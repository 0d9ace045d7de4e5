package org.millrace.api;

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
import java.util.concurrent.LinkedBlockingQueue;
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
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;

/**
 * A runtime in which nothing runs. What an executor's command says happens: {@code exit N} ends
 * with that code, {@code wait} goes on until the test ends it. An input {@code /big} is moved
 * halfway, and to its end when the test says so; {@code /lost} cannot be fetched. Image {@code
 * at-once} is done at once, and leaves the word that it is given.
 */
final class ScriptedRuntime implements TaskRuntime {
  private static final String STDOUT = "so far so good\n";
  private static final String SUM =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private final Map<TaskId, LinkedBlockingQueue<Integer>> ends = new ConcurrentHashMap<>();
  private final Map<String, List<Integer>> codes = new ConcurrentHashMap<>();
  private final Instant now;
  private final CountDownLatch staged = new CountDownLatch(1);
  private volatile CountDownLatch cancelsMayEnd = new CountDownLatch(0);
  private volatile Optional<Cause> unavailable = Optional.empty();

  ScriptedRuntime(Instant now) {
    this.now = now;
  }

  /** Ends the executor that waits. */
  void end(TaskId task, int code) {
    queue(task).add(code);
  }

  /** Lets inputs come to their end. */
  void stageToTheEnd() {
    staged.countDown();
  }

  /** From now on, computes that are cancelled go on until {@link #letCancelsEnd}. */
  void holdCancels() {
    cancelsMayEnd = new CountDownLatch(1);
  }

  void letCancelsEnd() {
    cancelsMayEnd.countDown();
  }

  void isUnavailable(Cause why) {
    unavailable = Optional.of(why);
  }

  @Override
  public Optional<Value> doAtOnce(Work work) {
    return work instanceof ContainerWork container
            && container.executors().getFirst().image().equals("at-once")
        ? Optional.of(new Value.Text(container.executors().getFirst().command().getFirst()))
        : Optional.empty();
  }

  private LinkedBlockingQueue<Integer> queue(TaskId task) {
    return ends.computeIfAbsent(task, _ -> new LinkedBlockingQueue<>());
  }

  @Override
  public RuntimeOffer offer() {
    return new RuntimeOffer(
        new RuntimeName("sandbox"),
        "here",
        Custody.HELD,
        Set.of(ContainerWork.class),
        8,
        16L << 30,
        List.of("/usr"),
        unavailable);
  }

  @Override
  public void prepare(AttemptOrder order) throws AttemptFailed, InterruptedException {
    for (var input : work(order).inputs()) {
      switch (input.path()) {
        case "/big" -> {
          order.progress().file("big.bin", 1000);
          order.progress().moved(400);
          staged.await();
          order.progress().moved(600);
        }
        case "/lost" ->
            throw new AttemptFailed(
                new Outcome.InputFailed(
                    new Cause("input-not-found", "input /lost is not there", "check its url"),
                    true));
        default -> {}
      }
    }
    order.inputsStaged(
        work(order).inputs().stream()
            .map(input ->
                new StoredFile("https://data.example/x", input.path(), 3, Optional.of(SUM)))
            .toList());
  }

  private static ContainerWork work(AttemptOrder order) {
    return (ContainerWork) order.spec().work();
  }

  @Override
  public void start(AttemptOrder order) {
    codes.putIfAbsent(order.handle().name(), List.of());
  }

  @Override
  public ComputeEnd await(AttemptOrder order) throws InterruptedException {
    var ended = new ArrayList<Integer>();
    for (ExecutorSpec executor : work(order).executors()) {
      int code =
          executor.command().getFirst().equals("exit")
              ? Integer.parseInt(executor.command().get(1))
              : queue(order.task()).take();
      ended.add(code);
      codes.put(order.handle().name(), List.copyOf(ended));
      if (code != 0) {
        break;
      }
    }
    return new ComputeEnd.Ran();
  }

  @Override
  public Optional<ComputeEnd> look(AttemptOrder order) {
    throw new IllegalStateException("this runtime holds what it runs");
  }

  @Override
  public Collected collect(AttemptOrder order, ComputeEnd end) {
    return new Collected(
        codes.getOrDefault(order.handle().name(), List.of()).stream()
            .map(code ->
                new ExecutorResult(
                    code,
                    OptionalInt.empty(),
                    false,
                    now,
                    now.plusSeconds(2),
                    new ExecutorResult.Usage(
                        Optional.of(Duration.ofMillis(1500)),
                        Optional.of(12_000_000L),
                        "cgroup-v2"),
                    STDOUT,
                    code == 0 ? "" : "it failed\n"))
            .toList(),
        work(order).outputs().stream()
            .map(output -> new StoredFile(output.url(), output.path(), 0, Optional.of(SUM)))
            .toList(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("sha256:busybox"),
        Optional.empty(),
        List.of());
  }

  @Override
  public void cancel(Handle handle) throws InterruptedException {
    cancelsMayEnd.await();
  }

  @Override
  public void clean(Handle handle) {}

  @Override
  public Stream<Handle> survivors() {
    return Stream.empty();
  }
}
