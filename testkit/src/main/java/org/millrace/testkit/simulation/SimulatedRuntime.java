package org.millrace.testkit.simulation;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
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
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.testkit.simulation.Faults.Fault;

/**
 * Where simulated work runs. It outlives the servers that use it, as processes and remote jobs do,
 * and counts what is started under each handle.
 */
final class SimulatedRuntime implements TaskRuntime {
  /** Work that can be done at once, in graphs. */
  static final Work AT_ONCE =
      new ContainerWork(
          List.of(ExecutorSpec.of("at-once", List.of("true"))), List.of(), List.of(), List.of());

  private final RuntimeName name;
  private final String site;
  private final Custody custody;
  private final boolean mute;
  private final SeededThreads threads;
  private final Faults faults;
  private final Random random;
  private final BiConsumer<Handle, Long> whenStarted;
  private final Map<String, Compute> computes = new TreeMap<>();
  private final Map<String, Integer> starts = new TreeMap<>();

  /**
   * A runtime.
   *
   * @param mute whether it cannot be asked how work ended, and tells it by answers alone
   */
  SimulatedRuntime(
      RuntimeName name,
      String site,
      Custody custody,
      boolean mute,
      SeededThreads threads,
      Faults faults,
      Random random,
      BiConsumer<Handle, Long> whenStarted) {
    this.name = name;
    this.site = site;
    this.custody = custody;
    this.mute = mute;
    this.threads = threads;
    this.faults = faults;
    this.random = random;
    this.whenStarted = whenStarted;
  }

  /** How often work was started under each handle name. */
  Map<String, Integer> starts() {
    return starts;
  }

  /** What exists here. */
  Map<String, Compute> computes() {
    return computes;
  }

  /** The machine restarts, or the service loses its jobs: nothing runs any more. */
  void loseAll() {
    computes.values().stream().filter(Compute::hasStarted).forEach(Compute::vanish);
  }

  @Override
  public RuntimeOffer offer() {
    return new RuntimeOffer(
        name,
        site,
        custody,
        Set.of(ContainerWork.class),
        64,
        Long.MAX_VALUE,
        List.of(),
        faults.strikes(Fault.ODD_RUNTIMES, 50)
            ? Optional.of(new Cause("runtime-away", "it is away for the moment", ""))
            : Optional.empty());
  }

  /** Some work computes alone; even then it may fail, and takes an attempt. */
  @Override
  public Optional<Value> doAtOnce(Work work) {
    boolean now = work.equals(AT_ONCE) && random.nextInt(8) > 0;
    return now ? Optional.of(new Value.Fields(Map.of())) : Optional.empty();
  }

  @Override
  public void prepare(AttemptOrder order) throws AttemptFailed, InterruptedException {
    work(500);
    if (computes.getOrDefault(order.handle().name(), new Compute()).hasStarted()) {
      return;
    }
    if (faults.strikes(Fault.ODD_RUNTIMES, 15)) {
      boolean passing = random.nextBoolean();
      throw new AttemptFailed(
          new Outcome.InputFailed(new Cause("input-away", "an input is away", ""), passing));
    }
    computes.computeIfAbsent(order.handle().name(), _ -> new Compute()).prepared();
    work(500);
  }

  @Override
  public void start(AttemptOrder order) throws AttemptFailed, InterruptedException {
    work(50);
    Compute compute = computes.get(order.handle().name());
    if (compute == null) { // as in a folder or container that is gone, nothing starts
      throw new AttemptFailed(
          new Outcome.RuntimeFailed(
              new Cause("not-prepared", "what was prepared has been cleaned up", ""), false));
    }
    if (!compute.hasStarted() && !compute.isStopped()) {
      starts.merge(order.handle().name(), 1, Integer::sum);
      compute.start(threads.now() + random.nextInt(5_000), random.nextInt(4) == 0 ? 1 : 0);
      whenStarted.accept(order.handle(), compute.endsAt());
    }
    work(50);
  }

  @Override
  public ComputeEnd await(AttemptOrder order) throws InterruptedException {
    while (true) {
      Optional<ComputeEnd> end = look(order);
      if (end.isPresent()) {
        return end.get();
      }
      work(200);
    }
  }

  @Override
  public Optional<ComputeEnd> look(AttemptOrder order) throws InterruptedException {
    work(20);
    failSometimes();
    Compute compute = computes.get(order.handle().name());
    if (compute == null || compute.hasVanished()) {
      return Optional.of(
          new ComputeEnd.Lost(
              new Cause("forgotten", "nothing of that name runs or has ended", ""), true));
    }
    if (compute.isRunning(threads.now())) {
      return Optional.empty();
    }
    if (compute.isStopped()) {
      return Optional.of(new ComputeEnd.Stopped(false));
    }
    return mute ? Optional.empty() : Optional.of(new ComputeEnd.Ran());
  }

  @Override
  public Collected collect(AttemptOrder order, ComputeEnd end) throws InterruptedException {
    work(300);
    failSometimes();
    Compute compute = computes.get(order.handle().name());
    if (compute == null || !compute.hasStarted() || compute.hasVanished()) {
      return Collected.NOTHING;
    }
    Instant then = Instant.ofEpochMilli(threads.now());
    var result =
        new ExecutorResult(
            compute.exitCode(),
            OptionalInt.empty(),
            false,
            then,
            then,
            ExecutorResult.Usage.NONE,
            "",
            "");
    return new Collected(List.of(result), List.of(), Optional.empty(), Optional.empty(), List.of());
  }

  @Override
  public void cancel(Handle handle) throws AttemptFailed, InterruptedException {
    work(random.nextInt(4) == 0 ? 6_000 : 100);
    if (faults.strikes(Fault.ODD_RUNTIMES, 5)) {
      throw new AttemptFailed(
          new Outcome.RuntimeFailed(new Cause("stuck", "it cannot be stopped now", ""), true));
    }
    computes.computeIfAbsent(handle.name(), _ -> new Compute()).stop();
    work(100);
  }

  @Override
  public void clean(Handle handle) throws InterruptedException {
    work(100);
    computes.remove(handle.name());
  }

  @Override
  public Stream<Handle> survivors() {
    return List.copyOf(computes.keySet()).stream().map(each -> new Handle(name, site, each));
  }

  private void failSometimes() {
    if (faults.strikes(Fault.DEFECT, 40)) {
      throw new IllegalStateException("a defect of the runtime");
    }
  }

  private void work(int most) throws InterruptedException {
    threads.sleep(random.nextInt(most + 1));
  }
}
