package org.millrace.runtimes.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Outcome;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.staging.Disk;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The five steps of an attempt on this host; the same whatever the isolation. */
abstract sealed class LocalRuntime implements TaskRuntime, AutoCloseable
    permits SandboxRuntime, ProcessRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRuntime.class);

  private static final Cause STILL_RUNNING =
      new Cause(
          "still-running",
          "processes of it do not end",
          "an operator should look at them: they may hang in the kernel");

  private final RuntimeOffer offer;
  private final WorkArea area;
  private final Isolation isolation;
  private final Slots slots;
  private final Supervision supervision;
  private final Preparation preparation;
  private final Harvest harvest;
  private final DiskFloor floor;
  private final LocalSettings settings;

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
    this.area = area;
    this.isolation = isolation;
    this.slots = new Slots(groups, settings.slots(), area.existing(offer.name()));
    this.supervision = new Supervision(HostPrograms.USUAL);
    this.preparation = new Preparation(isolation, stageIn, slots, area, settings);
    this.harvest =
        new Harvest(
            offer.name(),
            isolation,
            slots,
            stageOut,
            new FindingsReader(isolation, settings),
            settings.logLimit());
    this.floor = new DiskFloor(area.folder(), settings.diskFloor());
    this.settings = settings;
  }

  @Override
  public RuntimeOffer offer() {
    return offer;
  }

  @Override
  public void prepare(AttemptOrder order) throws AttemptFailed, InterruptedException {
    AttemptFolder place = placeOf(order.handle());
    try {
      if (!place.isDecided() && !place.isPrepared()) {
        make(order, place);
      }
      if (place.isPrepared()) {
        order.inputsStaged(place.inputs());
      }
    } catch (IOException failed) {
      throw notReady(failed);
    }
  }

  private void make(AttemptOrder order, AttemptFolder place)
      throws AttemptFailed, InterruptedException {
    if (floor.isUndercut()) {
      throw new AttemptFailed(
          new Outcome.RuntimeFailed(Disk.full("but for runtimes.disk-floor"), false));
    }
    try {
      preparation.make(attemptOf(order));
    } catch (IOException failed) {
      AttemptFailed why = notReady(failed);
      remove(place);
      throw why;
    } catch (AttemptFailed failed) {
      remove(place);
      throw failed;
    }
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
    AttemptFolder attempt = placeOf(order.handle());
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

  @Override
  public ComputeEnd await(AttemptOrder order) throws InterruptedException {
    AttemptFolder attempt = placeOf(order.handle());
    Supervision.End end = awaitEnd(order, attempt);
    // nobody told the supervisor what the task left
    if (mayHaveLeftSomething(end, attempt) && !supervision.endRest(belongings(attempt))) {
      return new ComputeEnd.Broken(STILL_RUNNING);
    }
    if (attempt.isStoppedForDisk()) {
      return new ComputeEnd.Broken(filledTheDisk());
    }
    return switch (end) {
      case NOTED -> attempt.isCancelled() ? new ComputeEnd.Stopped(false) : ran(order);
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

  private Supervision.End awaitEnd(AttemptOrder order, AttemptFolder attempt)
      throws InterruptedException {
    Optional<Sampler> sampler =
        slots.count(attempt) ? Optional.empty() : Optional.of(new Sampler(attempt));
    var watch =
        new Watch(
            attemptOf(order),
            sampler,
            floor,
            supervision,
            belongings(attempt),
            settings.logLimit());
    Path logs = area.logs().ofAttempt(order.task(), order.attempt());
    floor.enter(attempt, new HeldDisk(attempt, logs, belongings(attempt), HostPrograms.USUAL));
    try {
      return supervision.await(attempt, watch);
    } finally {
      floor.leave(attempt);
    }
  }

  private boolean mayHaveLeftSomething(Supervision.End end, AttemptFolder attempt) {
    return switch (end) {
      case GONE -> true;
      case NOTED -> !slots.count(attempt);
      case NOT_BEGUN, MACHINE_RESTARTED, CANCELLED, NEVER_STARTED, NOTHING_THERE -> false;
    };
  }

  private ComputeEnd ran(AttemptOrder order) {
    return harvest
        .findings(attemptOf(order))
        .broken()
        .<ComputeEnd>map(ComputeEnd.Broken::new)
        .orElseGet(ComputeEnd.Ran::new);
  }

  private static Cause filledTheDisk() {
    return Disk.full("while it ran")
        .saying(
            "it was stopped because it held the most of a disk that was full but for"
                + " runtimes.disk-floor");
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
    AttemptFolder attempt = placeOf(order.handle());
    return supervision.look(attempt).isPresent() ? Optional.of(await(order)) : Optional.empty();
  }

  @Override
  public Collected collect(AttemptOrder order, ComputeEnd end) throws InterruptedException {
    AttemptFolder place = placeOf(order.handle());
    if (!place.isPrepared() || place.begun() == 0) {
      return Collected.NOTHING;
    }
    boolean quiet = !(end instanceof ComputeEnd.Broken) || belongings(place).pids().isEmpty();
    return quiet
        ? harvest.collect(attemptOf(order), end)
        : new Collected(
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of("nothing was collected: processes of it still run, and could meddle"));
  }

  @Override
  public void cancel(Handle handle) throws AttemptFailed, InterruptedException {
    AttemptFolder attempt = placeOf(handle);
    if (attempt.isHalfRemoved()) {
      return;
    }
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
    AttemptFolder attempt = placeOf(handle);
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

  /** Nothing of it runs: its slot is free from now on, whether or not its folder can be removed. */
  private void remove(AttemptFolder attempt) {
    supervision.forget(attempt);
    try {
      attempt.unmarkPrepared(); // a server that starts anew must not find its slot taken
      slots.free(attempt);
      attempt.remove();
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

  Slots slots() {
    return slots;
  }

  private AttemptFolder placeOf(Handle handle) {
    return area.attempt(offer.name(), handle.name());
  }

  private LocalAttempt attemptOf(AttemptOrder order) {
    return LocalAttempt.of(order, placeOf(order.handle()), area);
  }
}
