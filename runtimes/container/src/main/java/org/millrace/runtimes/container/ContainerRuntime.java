package org.millrace.runtimes.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.placement.RuntimeOffer.Custody;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RuntimeName;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Collected;
import org.millrace.engine.attempt.ComputeEnd;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.staging.Disk;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;
import org.millrace.engine.views.LogFolder;
import org.millrace.runtimes.container.AttemptPlace.InputMark;
import org.millrace.runtimes.container.AttemptPlace.Prepared;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each executor in a container of the image it names. While the engine is away nothing new is
 * taken, and what runs is waited for until it is back. Thread-safe.
 *
 * <p>Contract: executors run in order, each in a fresh container, over the same volumes, inputs and
 * outputs; files of the image are not hidden; commands are passed byte for byte ({@code
 * contracts/tes.md 7}).
 */
public final class ContainerRuntime implements TaskRuntime, AutoCloseable {
  /** How operators and callers call it. */
  public static final RuntimeName NAME = new RuntimeName("container");

  private static final Logger LOG = LoggerFactory.getLogger(ContainerRuntime.class);
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  private static final int MOST_ODD_FAILURES = 20;
  private static final Duration AFTER_ODD_FAILURE = Duration.ofMillis(100);

  private final ContainerSettings settings;
  private final Path attempts;
  private final LogFolder logs;
  private final Labels labels;
  private final StageIn stageIn;
  private final Harvest harvest;
  private final EngineWatch watch;
  private final ReentrantLock connecting = new ReentrantLock();
  private volatile @Nullable Connection connection;

  private ContainerRuntime(
      ContainerSettings settings,
      LogFolder logs,
      Labels labels,
      EngineWatch watch,
      StageIn stageIn,
      StageOut stageOut) {
    this.settings = settings;
    this.attempts = attemptsIn(settings.workFolder());
    this.logs = logs;
    this.labels = labels;
    this.watch = watch;
    this.stageIn = stageIn;
    this.harvest = new Harvest(settings, stageOut);
  }

  /**
   * Makes it ready, and asks once whether the engine is there; its offer says so from then on.
   *
   * @param logs where the full streams of executors are kept
   * @throws IOException when the work folder cannot be used
   */
  public static ContainerRuntime open(
      ContainerSettings settings, LogFolder logs, StageIn stageIn, StageOut stageOut)
      throws IOException, InterruptedException {
    Files.createDirectories(attemptsIn(settings.workFolder()));
    var labels = new Labels(installation(settings));
    return new ContainerRuntime(
        settings, logs, labels, new EngineWatch(settings.engine()), stageIn, stageOut);
  }

  /** Whether an engine answers there, at once and without loading more than that needs. */
  public static boolean isThere(EngineAddress engine) throws InterruptedException {
    return EnginePing.objection(engine).isEmpty();
  }

  /** Whether a work folder holds attempts that only this runtime can bring to their end. */
  public static boolean hasAttempts(Path workFolder) throws IOException {
    Path attempts = attemptsIn(workFolder);
    if (!Files.isDirectory(attempts)) {
      return false;
    }
    try (Stream<Path> found = Files.list(attempts)) {
      return found.findAny().isPresent();
    }
  }

  private static Path attemptsIn(Path workFolder) {
    return workFolder.resolve("attempts").resolve(NAME.text());
  }

  /**
   * An id that no other installation has, even one that shares the engine and was copied from this
   * one: what must never happen is that one sweeps the containers of another.
   */
  static String installation(ContainerSettings settings) throws IOException {
    Path file = settings.workFolder().resolve("installation");
    try {
      Path half = Files.createTempFile(settings.workFolder(), "installation", ".half");
      Files.writeString(half, UUID.randomUUID().toString());
      try {
        Files.createLink(file, half); // whole, and only if there is none
      } finally {
        Files.delete(half);
      }
    } catch (FileAlreadyExistsException before) {
      LOG.debug("installation of before");
    }
    String id = settings.site() + ":" + Files.readString(file).strip();
    return UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
  }

  @Override
  public RuntimeOffer offer() {
    return new RuntimeOffer(
        NAME,
        settings.site(),
        Custody.HELD,
        Set.of(ContainerWork.class),
        settings.cpuCores(),
        settings.ramBytes(),
        TaskPaths.OF_THE_KERNEL,
        NAME.text(),
        watch.trouble(),
        true);
  }

  @Override
  public void prepare(AttemptOrder order) throws AttemptFailed, InterruptedException {
    ContainerAttempt attempt = attemptOf(order);
    try {
      if (!attempt.place().isStopped() && !attempt.place().isPrepared()) {
        whenEngineAnswers(
            order,
            () -> {
              connection().preparation().make(attempt);
              return true;
            });
      }
      attempt
          .place()
          .prepared()
          .ifPresent(it -> order.inputsStaged(it.inputs().stream().map(InputMark::file).toList()));
    } catch (AttemptFailed failed) {
      remove(attempt.place());
      throw failed;
    }
  }

  @Override
  public void start(AttemptOrder order) throws AttemptFailed, InterruptedException {
    ContainerAttempt attempt = attemptOf(order);
    if (attempt.place().isStopped()) {
      return;
    }
    if (!attempt.place().isPrepared()) {
      throw failed(new Cause("not-started", "the attempt was not prepared", ""));
    }
    if (attempt.place().begun(0).isEmpty()) {
      whenEngineAnswers(order, () -> connection().execution().launch(attempt, 0));
    }
  }

  @Override
  public ComputeEnd await(AttemptOrder order) throws InterruptedException {
    ContainerAttempt attempt = attemptOf(order);
    if (!attempt.place().isPrepared()) {
      return attempt.place().isStopped()
          ? new ComputeEnd.Stopped(false)
          : new ComputeEnd.Lost(
              new Cause("attempt-gone", "the attempt's folder is gone", ""), true);
    }
    try {
      return ends(attempt);
    } catch (AttemptFailed failed) {
      return new ComputeEnd.Broken(
          failed.outcome().why().orElseGet(() -> new Cause("engine-failed", "it failed", "")));
    }
  }

  private ComputeEnd ends(ContainerAttempt attempt) throws AttemptFailed, InterruptedException {
    for (int i = 0; i < attempt.executors(); i++) {
      int executor = i;
      Turn turn =
          whenEngineAnswers(
              attempt.order(), () -> connection().execution().bringToEnd(attempt, executor));
      switch (turn) {
        case Turn.Ended(AttemptPlace.Ended result) -> {
          if (result.exitCode() != 0 && !attempt.executor(i).ignoreError()) {
            return ranUnlessStopped(attempt);
          }
        }
        case Turn.Lost(Cause cause) -> {
          return new ComputeEnd.Lost(cause, true);
        }
        case Turn.Broken(Cause cause) -> {
          return new ComputeEnd.Broken(cause);
        }
        case Turn.Stopped() -> {
          return new ComputeEnd.Stopped(false);
        }
        case Turn.Started() -> throw new IllegalStateException("executor " + i + " has no end");
      }
    }
    return ranUnlessStopped(attempt);
  }

  private static ComputeEnd ranUnlessStopped(ContainerAttempt attempt) {
    return attempt.place().isStopped() ? new ComputeEnd.Stopped(false) : new ComputeEnd.Ran();
  }

  /** Work is held here; nobody needs to look, but who does gets an honest answer. */
  @Override
  public Optional<ComputeEnd> look(AttemptOrder order) throws InterruptedException {
    ContainerAttempt attempt = attemptOf(order);
    boolean open =
        attempt.place().isPrepared() && !attempt.place().isStopped() && !hasEnded(attempt);
    return open ? Optional.empty() : Optional.of(await(order));
  }

  private static boolean hasEnded(ContainerAttempt attempt) {
    for (int i = 0; i < attempt.executors(); i++) {
      Optional<AttemptPlace.Ended> ended = attempt.place().ended(i);
      if (ended.isEmpty()) {
        return false;
      }
      if (ended.get().exitCode() != 0 && !attempt.executor(i).ignoreError()) {
        return true;
      }
    }
    return true;
  }

  @Override
  public Collected collect(AttemptOrder order, ComputeEnd end) throws InterruptedException {
    ContainerAttempt attempt = attemptOf(order);
    Optional<Prepared> prepared = attempt.place().prepared();
    if (prepared.isEmpty() || attempt.place().made() == 0) {
      return Collected.NOTHING;
    }
    try {
      whenEngineAnswers(
          order,
          () -> {
            letGo(attempt, end);
            return true;
          });
    } catch (AttemptFailed failed) {
      LOG.warn("attempt={} stays for the sweep: {}", attempt.place().name(), failed.getMessage());
    }
    return harvest.collect(attempt, end);
  }

  /** Takes down the result of one that was stopped, and removes all containers. */
  private void letGo(ContainerAttempt attempt, ComputeEnd end)
      throws IOException, EngineAway, EngineRefused, InterruptedException {
    if (attempt.place().isGone()) {
      return;
    }
    int last = attempt.place().made() - 1;
    if (!(end instanceof ComputeEnd.Lost) && attempt.place().ended(last).isEmpty()) {
      connection().kill(attempt.container(last));
      connection().execution().stopped(attempt, last);
    }
    for (int i = 0; i <= last; i++) {
      connection().remove(attempt.container(i));
    }
    attempt.place().markGone();
  }

  @Override
  public void cancel(Handle handle) throws AttemptFailed, InterruptedException {
    AttemptPlace place = placeOf(handle);
    try {
      boolean known = place.isPrepared();
      place.markStopped();
      if (place.isGone()) {
        return;
      }
      for (String container : containers(handle, place, known)) {
        connection().kill(container);
      }
    } catch (EngineAway | EngineRefused | IOException failed) {
      throw new AttemptFailed(
          new Outcome.RuntimeFailed(
              new Cause("not-stopped", "its containers could not be stopped: " + words(failed), ""),
              true));
    }
  }

  /** Those that may exist: by its marks; without them, as the engine has them. */
  private List<String> containers(Handle handle, AttemptPlace place, boolean known)
      throws EngineAway, EngineRefused, InterruptedException {
    if (!known) {
      return watch.trouble().isPresent()
          ? List.of() // if there is one after all, the sweep finds it by its label
          : connection().containersOf(handle);
    }
    var containers = new ArrayList<String>();
    for (int i = 0; i < place.made(); i++) {
      containers.add(ContainerAttempt.container(handle, i));
    }
    return containers;
  }

  @Override
  public void clean(Handle handle) throws InterruptedException {
    AttemptPlace place = placeOf(handle);
    try {
      boolean known = place.isPrepared();
      boolean gone = known && place.isGone();
      for (String container : containers(handle, place, known)) {
        if (!gone) {
          connection().remove(container);
        }
        connection().removeGroups(container);
      }
      FolderRemoval.remove(place.folder());
    } catch (EngineAway | EngineRefused | IOException failed) {
      LOG.warn("attempt={} stays for the next sweep: {}", place.name(), words(failed));
    }
  }

  private static void remove(AttemptPlace place) {
    try {
      FolderRemoval.remove(place.folder());
    } catch (IOException failed) {
      LOG.warn("attempt={} stays for the next sweep: {}", place.name(), failed.toString());
    }
  }

  @Override
  public Stream<Handle> survivors() {
    Set<String> names = new LinkedHashSet<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(attempts)) {
      folders.forEach(folder -> names.add(folder.getFileName().toString()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException("attempts in containers cannot be listed", unreadable);
    }
    names.addAll(attemptsWithContainers());
    return names.stream()
        .filter(name -> PLAIN.matcher(name).matches())
        .map(name -> new Handle(NAME, settings.site(), name));
  }

  private List<String> attemptsWithContainers() {
    try {
      return watch.trouble().isPresent() ? List.of() : connection().attempts();
    } catch (EngineAway | EngineRefused failed) {
      LOG.debug("containers cannot be listed now: {}", failed.toString());
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
    }
    return List.of();
  }

  // --- the engine, there or not ---

  /** One thing that needs the engine, harmless when repeated. */
  private interface Step<T> {
    T take() throws IOException, AttemptFailed, EngineAway, EngineRefused, InterruptedException;
  }

  /**
   * Takes a step, again and again as long as the engine is away.
   *
   * @throws AttemptFailed when it fails for another reason, or the engine answers and yet does not
   */
  private <T> T whenEngineAnswers(AttemptOrder order, Step<T> step)
      throws AttemptFailed, InterruptedException {
    int odd = 0;
    while (true) {
      try {
        return step.take();
      } catch (EngineAway away) {
        LOG.info("task={} waits for the container engine: {}", order.task(), away.getMessage());
        odd = watch.awaitEngine(order.progress()::held) ? 0 : odd + 1;
        order.progress().free();
        if (odd > MOST_ODD_FAILURES) {
          throw failed(new Cause("engine-failed", words(away), "see the engine's log"));
        }
        Thread.sleep(AFTER_ODD_FAILURE.multipliedBy(odd));
      } catch (EngineRefused refused) {
        throw failed(
            new Cause(
                "engine-refused",
                "the container engine refused: " + refused.words(),
                "see the engine's log"));
      } catch (IOException failed) {
        throw failed(notReady(failed));
      }
    }
  }

  private Cause notReady(IOException failed) {
    return Disk.isFull(failed, settings.workFolder())
        ? Disk.full("while the attempt was worked on")
        : new Cause(
            "not-ready",
            "the attempt's folder could not be used: " + Disk.reason(failed),
            "look at the work folder");
  }

  private static AttemptFailed failed(Cause cause) {
    return new AttemptFailed(new Outcome.RuntimeFailed(cause, false));
  }

  private static String words(Exception failed) {
    return failed instanceof IOException io ? Disk.reason(io) : String.valueOf(failed.getMessage());
  }

  private Connection connection() throws EngineAway, EngineRefused, InterruptedException {
    Connection open = connection;
    if (open != null) {
      return open;
    }
    connecting.lockInterruptibly();
    try {
      open = connection;
      if (open == null) {
        open = Connection.open(settings, labels, stageIn);
        connection = open;
      }
      return open;
    } finally {
      connecting.unlock();
    }
  }

  private AttemptPlace placeOf(Handle handle) {
    if (!PLAIN.matcher(handle.name()).matches()) {
      throw new IllegalArgumentException("not the name of an attempt: '" + handle.name() + "'");
    }
    return new AttemptPlace(attempts.resolve(handle.name()));
  }

  private ContainerAttempt attemptOf(AttemptOrder order) {
    return ContainerAttempt.of(order, placeOf(order.handle()), logs, settings.logLimit());
  }

  /** Lets go of the engine; containers go on. */
  @Override
  public void close() {
    watch.close();
    Connection open = connection;
    if (open != null) {
      try {
        open.close();
      } catch (IOException failed) {
        LOG.debug("connection to the container engine: {}", failed.toString());
      }
    }
  }
}
