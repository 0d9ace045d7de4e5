package org.millrace.runtimes.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.StoredFile;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.staging.Disk;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;
import org.millrace.engine.staging.TaskFolder;
import org.millrace.engine.views.LogFolder;
import org.millrace.runtimes.local.ControlGroups.SlotLimits;
import org.millrace.runtimes.local.SupervisorScript.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The five steps of an attempt on this host; the same whatever the isolation. */
abstract sealed class LocalRuntime implements TaskRuntime, AutoCloseable
    permits SandboxRuntime, ProcessRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRuntime.class);
  private static final Duration NOTHING_MEANWHILE = Duration.ofMinutes(1);

  private final RuntimeOffer offer;
  private final LocalSettings settings;
  private final WorkArea area;
  private final Isolation isolation;
  private final Slots slots;
  private final Supervision supervision;
  private final Preparation preparation;
  private final StageOut stageOut;

  LocalRuntime(
      RuntimeOffer offer,
      LocalSettings settings,
      WorkArea area,
      Isolation isolation,
      ControlGroups groups,
      StageIn stageIn,
      StageOut stageOut)
      throws IOException {
    this.offer = offer;
    this.settings = settings;
    this.area = area;
    this.isolation = isolation;
    this.slots = new Slots(groups, settings.slots(), area.existing(offer.name()));
    this.supervision = new Supervision(HostPrograms.USUAL);
    this.preparation = new Preparation(isolation, stageIn);
    this.stageOut = stageOut;
  }

  @Override
  public RuntimeOffer offer() {
    return offer;
  }

  @Override
  public void prepare(AttemptOrder order) throws AttemptFailed, InterruptedException {
    AttemptFolder attempt = attemptOf(order.handle());
    try {
      if (!attempt.isDecided() && !attempt.isPrepared()) {
        make(attempt, order);
      }
      if (attempt.isPrepared()) {
        order.inputsStaged(attempt.inputs());
      }
    } catch (IOException failed) {
      AttemptFailed why = notReady(failed);
      remove(attempt);
      throw why;
    } catch (AttemptFailed failed) {
      remove(attempt);
      throw failed;
    }
  }

  private void make(AttemptFolder attempt, AttemptOrder order)
      throws IOException, AttemptFailed, InterruptedException {
    ContainerWork work = workOf(order);
    Preparation.refuseUnrunnable(work);
    TaskFolder folder = treeOf(attempt);
    Logs logs = logs(order, folder);
    List<StoredFile> inputs = preparation.make(attempt, work, folder, logs, order.progress());
    Slots.Taken slot = slots.take(attempt, limits(order), work.executors().size());
    List<Step> steps = steps(attempt, work, logs, folder);
    for (Step step : steps) {
      if (!step.invocation().hidden().isEmpty()) {
        attempt.hide(step.index(), step.invocation().hidden());
      }
    }
    String script = new SupervisorScript(attempt, isolation.settle()).text(steps);
    attempt.markPrepared(script, slot, inputs);
  }

  private List<Step> steps(
      AttemptFolder attempt, ContainerWork work, Logs logs, TaskFolder folder) {
    var steps = new ArrayList<Step>();
    for (int i = 0; i < work.executors().size(); i++) {
      ExecutorSpec executor = work.executors().get(i);
      SlotWords slot = slots.words(attempt, i);
      boolean timed = slot.equals(SlotWords.NONE);
      Invocation invocation =
          executor.command().isEmpty()
              ? Invocation.NONE
              : isolation.invocation(executor, logs.plans().get(i), folder, timed);
      steps.add(
          new Step(
              i,
              invocation,
              logs.file(i, LogFolder.Stream.STDOUT),
              logs.file(i, LogFolder.Stream.STDERR),
              executor.ignoreError(),
              slot));
    }
    return steps;
  }

  private AttemptFailed notReady(IOException failed) {
    Cause cause =
        Disk.isFull(failed, area.folder())
            ? Disk.full("while the attempt was made ready")
            : new Cause(
                "not-ready",
                "the attempt's folder could not be made ready: " + Disk.reason(failed),
                "look at the work folder");
    return new AttemptFailed(new Outcome.RuntimeFailed(cause, false));
  }

  @Override
  public void start(AttemptOrder order) throws AttemptFailed, InterruptedException {
    AttemptFolder attempt = attemptOf(order.handle());
    if (attempt.isDecided()) {
      return;
    }
    if (!attempt.isPrepared()) {
      throw notStarted("it was not prepared");
    }
    try {
      supervision.start(attempt);
    } catch (IOException failed) {
      throw notStarted(Disk.reason(failed));
    }
  }

  private static AttemptFailed notStarted(String why) {
    return new AttemptFailed(
        new Outcome.RuntimeFailed(
            new Cause("not-started", "the supervisor could not be started: " + why, ""), false));
  }

  private SlotLimits limits(AttemptOrder order) {
    Resources asked = order.spec().resources();
    return new SlotLimits(
        asked.cpuCores().orElse(settings.cpuCores()),
        asked.ramBytes().orElse(settings.ramBytes()),
        settings.mostProcesses());
  }

  @Override
  public ComputeEnd await(AttemptOrder order) throws InterruptedException {
    AttemptFolder attempt = attemptOf(order.handle());
    Supervision.End end =
        slots.count(attempt)
            ? supervision.await(attempt, () -> {}, NOTHING_MEANWHILE)
            : supervision.await(attempt, new Sampler(attempt), Sampler.EVERY);
    if (end == Supervision.End.GONE || !slots.count(attempt)) {
      supervision.endRest(belongings(attempt)); // nobody told the supervisor what the task left
    }
    return switch (end) {
      case NOTED -> attempt.isCancelled() ? new ComputeEnd.Stopped(false) : ran(order, attempt);
      case CANCELLED -> new ComputeEnd.Stopped(false);
      case GONE ->
          new ComputeEnd.Broken(supervisorFailed("the supervisor was gone before it was done"));
      case NOT_BEGUN -> lost(supervisorFailed("the supervisor failed before it began"), false);
      case NEVER_STARTED -> lost("never-started", "its supervisor was never started", false);
      case MACHINE_RESTARTED ->
          lost("machine-restarted", "the machine was restarted while it ran", true);
      case NOTHING_THERE -> lost("attempt-gone", "the attempt's folder is gone", true);
    };
  }

  private ComputeEnd ran(AttemptOrder order, AttemptFolder attempt) {
    return findings(order, attempt)
        .broken()
        .<ComputeEnd>map(ComputeEnd.Broken::new)
        .orElseGet(ComputeEnd.Ran::new);
  }

  private static ComputeEnd lost(String code, String message, boolean mayHaveStarted) {
    return lost(new Cause(code, message, ""), mayHaveStarted);
  }

  private static ComputeEnd lost(Cause cause, boolean mayHaveStarted) {
    return new ComputeEnd.Lost(cause, mayHaveStarted);
  }

  private Cause supervisorFailed(String message) {
    return Disk.isFull(new IOException(message), area.folder())
        ? Disk.full("while the attempt ran")
        : new Cause("supervisor-failed", message, "see whether somebody killed it");
  }

  @Override
  public Optional<ComputeEnd> look(AttemptOrder order) throws InterruptedException {
    AttemptFolder attempt = attemptOf(order.handle());
    return supervision.look(attempt).isPresent() ? Optional.of(await(order)) : Optional.empty();
  }

  @Override
  public Collected collect(AttemptOrder order, ComputeEnd end) throws InterruptedException {
    AttemptFolder attempt = attemptOf(order.handle());
    if (!attempt.isPrepared() || attempt.begun() == 0) {
      return Collected.NOTHING;
    }
    try {
      return collect(order, end, attempt);
    } catch (IOException failed) {
      LOG.warn("attempt={} could not be collected", attempt.name(), failed);
      Cause cause =
          new Cause(
              "not-collected", "the attempt's folder is unreadable: " + Disk.reason(failed), "");
      return new Collected(
          List.of(), List.of(), Optional.of(cause), Optional.empty(), List.of(cause.toString()));
    }
  }

  private Collected collect(AttemptOrder order, ComputeEnd end, AttemptFolder attempt)
      throws IOException, InterruptedException {
    ContainerWork work = workOf(order);
    TaskFolder folder = treeOf(attempt);
    logs(order, folder).straighten(attempt.begun(), inputPaths(attempt));
    Findings findings = findings(order, attempt);
    var notes = new ArrayList<>(notes(order, attempt));
    if (!wantsOutputs(end)) {
      return new Collected(
          findings.results(),
          List.of(),
          Optional.empty(),
          findings.whyFailed(),
          Optional.empty(),
          notes);
    }
    boolean succeeded = end instanceof ComputeEnd.Ran && findings.allWell(work);
    StageOut.Stored stored = stageOut.storeAll(work.outputs(), folder, succeeded, order.progress());
    notes.addAll(stored.notes());
    return new Collected(
        findings.results(),
        stored.files(),
        stored.problem(),
        findings.whyFailed(),
        Optional.empty(),
        notes);
  }

  private static boolean wantsOutputs(ComputeEnd end) {
    return switch (end) {
      case ComputeEnd.Ran _, ComputeEnd.Broken _ -> true;
      case ComputeEnd.Stopped(boolean storeOutputs) -> storeOutputs;
      case ComputeEnd.Lost _ -> false;
    };
  }

  private static Set<String> inputPaths(AttemptFolder attempt) throws IOException {
    var paths = new HashSet<String>();
    attempt.inputs().forEach(input -> paths.add(input.path()));
    return paths;
  }

  private List<String> notes(AttemptOrder order, AttemptFolder attempt) {
    List<ExecutorSpec> executors = workOf(order).executors();
    Resources asked = order.spec().resources();
    var notes = new ArrayList<String>();
    executors.stream()
        .map(executor -> OneLine.of(executor.image()))
        .distinct()
        .map(image ->
            "image "
                + image
                + " was not used: runtime "
                + offer.name()
                + " runs the programs of this host")
        .forEach(notes::add);
    notes.addAll(isolation.notes());
    for (int i = 0; i < attempt.begun(); i++) {
      if (executors.get(i).command().isEmpty()) {
        notes.add("executor " + i + " has no command: nothing was run");
      }
    }
    if (slots.groups() instanceof NoGroups(String why)
        && (asked.cpuCores().isPresent() || asked.ramGb().isPresent())) {
      notes.add("cpu_cores and ram_gb were not enforced: " + why);
    }
    AttemptFolder.textOf(attempt.notesFile()).lines().distinct().limit(20).forEach(notes::add);
    return notes;
  }

  private Findings findings(AttemptOrder order, AttemptFolder attempt) {
    var reader =
        new Findings.Reader(
            attempt,
            isolation,
            area.logs(),
            order.task(),
            order.attempt(),
            settings.tailBytes(),
            limits(order).bytes());
    try {
      return reader.read(workOf(order));
    } catch (IOException failed) {
      throw new UncheckedIOException("results of " + attempt.name() + " cannot be read", failed);
    }
  }

  @Override
  public void cancel(Handle handle) throws AttemptFailed, InterruptedException {
    AttemptFolder attempt = attemptOf(handle);
    try {
      if (!supervision.stop(attempt, belongings(attempt))) {
        throw notStopped("its processes do not end");
      }
    } catch (IOException failed) {
      if (attempt.isPrepared()) {
        throw notStopped(Disk.reason(failed));
      }
      LOG.warn("attempt={} cannot be marked, but was not prepared either", attempt.name(), failed);
    }
  }

  private static AttemptFailed notStopped(String why) {
    return new AttemptFailed(
        new Outcome.RuntimeFailed(
            new Cause("not-stopped", "the attempt could not be stopped: " + why, ""), true));
  }

  private Supervision.Belongings belongings(AttemptFolder attempt) {
    return () -> {
      Set<Long> pids = new HashSet<>(isolation.belongings(attempt));
      for (int i = 0; i < attempt.begun(); i++) {
        slots.words(attempt, i).members().forEach(file -> pids.addAll(ProcessTree.members(file)));
      }
      return pids;
    };
  }

  @Override
  public void clean(Handle handle) throws InterruptedException {
    AttemptFolder attempt = attemptOf(handle);
    try {
      // a folder must not go from under a task that runs
      if (!attempt.exists()
          || attempt.journal().ended()
          || supervision.stop(attempt, belongings(attempt))) {
        remove(attempt);
      } else {
        LOG.warn("attempt={} stays for the next sweep: its processes do not end", attempt.name());
      }
    } catch (IOException failed) {
      LOG.warn("attempt={} stays for the next sweep: {}", attempt.name(), failed.toString());
    }
  }

  private void remove(AttemptFolder attempt) {
    supervision.forget(attempt);
    try {
      FolderRemoval.remove(attempt.folder());
      slots.free(attempt);
    } catch (IOException failed) {
      LOG.warn("attempt={} stays for the next sweep: {}", attempt.name(), failed.toString());
    }
  }

  @Override
  public Stream<Handle> survivors() {
    try {
      return area.existing(offer.name()).stream()
          .map(attempt -> new Handle(offer.name(), offer.site(), attempt.name()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException("attempts of this host cannot be listed", unreadable);
    }
  }

  /** Gives back what the host lent for slots that are free; attempts under way go on. */
  @Override
  public void close() {
    slots.close();
  }

  private AttemptFolder attemptOf(Handle handle) {
    return area.attempt(offer.name(), handle.name());
  }

  private TaskFolder treeOf(AttemptFolder attempt) {
    return new TaskFolder(attempt.root(), area.user().map(TaskUser::asOwner));
  }

  private Logs logs(AttemptOrder order, TaskFolder folder) {
    return new Logs(
        area, order.task(), order.attempt(), StreamPlan.of(workOf(order).executors()), folder);
  }

  private static ContainerWork workOf(AttemptOrder order) {
    return switch (order.spec().work()) {
      case ContainerWork container -> container;
    };
  }
}
