package org.millrace.runtimes.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.staging.Disk;
import org.millrace.engine.staging.OneLine;
import org.millrace.engine.staging.Tail;
import org.millrace.engine.staging.TaskFolder;
import org.millrace.engine.views.LogFolder.Stream;
import org.millrace.runtimes.container.AttemptPlace.Begun;
import org.millrace.runtimes.container.AttemptPlace.Ended;
import org.millrace.runtimes.container.AttemptPlace.ExecutorPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings executors to their end, each from wherever it stands; so the first run and an adoption are
 * the same. Thread-safe; one attempt is one thread's at a time.
 */
final class Execution {
  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

  /** A start that a dying server asked for may take so long to take effect. */
  private static final Duration LATE_START = Duration.ofSeconds(3);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
  private static final int ENOUGH_TO_UNDERSTAND = 4096;
  private static final int NOT_RUNNABLE = 126;
  private static final int NOT_FOUND = 127;
  private static final int KILLED = 137;
  private static final int TERMINATED = 143;
  private static final int UNKNOWN_EXIT = 255;

  private final DockerEngine engine;
  private final ContainerSettings settings;
  private final Labels labels;
  private final Cargo cargo;
  private final EngineTraits traits;
  private final String server = UUID.randomUUID().toString();
  private final Map<String, Pump> pumps = new ConcurrentHashMap<>();

  /** Containers that were running when the engine went away, as far as this server saw it. */
  private final Set<String> leftAlone = ConcurrentHashMap.newKeySet();

  private final Map<String, ReentrantLock> launching = new ConcurrentHashMap<>();

  Execution(
      DockerEngine engine,
      ContainerSettings settings,
      Labels labels,
      EngineTraits traits,
      ServerUser user) {
    this.engine = engine;
    this.settings = settings;
    this.labels = labels;
    this.traits = traits;
    this.cargo =
        new Cargo(engine, settings.userOf(user).isPresent() ? Optional.of(user) : Optional.empty());
  }

  /** Sees to it that an executor was started, once. */
  Turn launch(ContainerAttempt attempt, int index)
      throws IOException, EngineAway, InterruptedException {
    String container = attempt.container(index);
    ReentrantLock lock = launching.computeIfAbsent(container, _ -> new ReentrantLock());
    lock.lockInterruptibly();
    try {
      return new Launch(attempt, index).turn();
    } catch (EngineRefused refused) {
      return new Turn.Broken(
          new Cause(
              "container-refused",
              "executor " + index + ": the engine refused its container: " + refused.words(),
              refused.words().contains("network")
                  ? "see container.network"
                  : "see the engine's log"));
    } finally {
      lock.unlock();
    }
  }

  /** Follows an executor to its end, starting it if that has not happened. */
  Turn bringToEnd(ContainerAttempt attempt, int index)
      throws IOException, EngineAway, InterruptedException {
    Turn turn = launch(attempt, index);
    if (!(turn instanceof Turn.Started)) {
      return turn;
    }
    try {
      return new Following(attempt, index).toEnd();
    } catch (EngineRefused refused) {
      return new Turn.Broken(
          new Cause(
              "container-unreadable",
              "executor "
                  + index
                  + ": the engine does not tell of its container: "
                  + refused.words(),
              "see the engine's log"));
    }
  }

  /**
   * The result of an executor whose container we stopped; empty if it never ran, or nothing is
   * known of it.
   */
  Optional<Ended> stopped(ContainerAttempt attempt, int index)
      throws IOException, EngineAway, InterruptedException {
    if (attempt.place().begun(index).isEmpty()) {
      return Optional.empty();
    }
    try {
      return new Following(attempt, index).ofStopped();
    } catch (EngineRefused refused) {
      LOG.warn("attempt={} executor={}: {}", attempt.place().name(), index, refused.words());
      return Optional.empty();
    }
  }

  /** Lets go of an attempt's containers: what runs goes on. */
  void forget(String container) {
    launching.remove(container);
    leftAlone.remove(container);
    disconnect(container);
  }

  /** Lets go of all of them. */
  void close() {
    List.copyOf(pumps.keySet()).forEach(this::disconnect);
  }

  private void disconnect(String container) {
    Pump pump = pumps.remove(container);
    if (pump != null) {
      pump.close();
    }
  }

  /** Starting one executor. */
  private final class Launch {
    private final ContainerAttempt attempt;
    private final int index;
    private final String container;
    private final ExecutorSpec executor;
    private final ExecutorPlan plan;
    private final AttemptPlace place;

    Launch(ContainerAttempt attempt, int index) {
      this.attempt = attempt;
      this.index = index;
      this.container = attempt.container(index);
      this.executor = attempt.executor(index);
      this.place = attempt.place();
      this.plan = place.prepared().orElseThrow().executors().get(index);
    }

    Turn turn() throws IOException, EngineAway, EngineRefused, InterruptedException {
      Optional<Ended> ended = place.ended(index);
      if (ended.isPresent()) {
        return new Turn.Ended(ended.get());
      }
      if (place.isStopped()) {
        return new Turn.Stopped();
      }
      Optional<Begun> begun = place.begun(index);
      return begun.isPresent() ? goOn(begun.get()) : begin();
    }

    private Turn begin() throws IOException, EngineAway, EngineRefused, InterruptedException {
      boolean mayExist = place.made() > index;
      place.markMade(index);
      if (mayExist) {
        engine.remove(container); // half made, and never started: that is marked first
      }
      engine.create(container, plan.imageId(), form()::fill);
      cargo.in(attempt, plan.binds(), container);
      var files = new LogFiles(attempt, index);
      files.make();
      return start(files);
    }

    private ContainerForm form() throws IOException {
      return new ContainerForm(
          executor,
          labels.of(attempt.order(), index),
          binds(),
          settings.limits(attempt.order().spec().resources()),
          settings.network(),
          settings.userOf(ServerUser.current()),
          traits.init(),
          traits.groups().parentOf(container));
    }

    /** Places are looked up anew: an earlier executor may have put links in its tree. */
    private List<ContainerForm.Bind> binds() throws IOException {
      var binds = new ArrayList<ContainerForm.Bind>();
      for (String folder : plan.binds().folders()) {
        Path place = attempt.tree().makeFolder(folder);
        TreeAccess.openFolder(place);
        binds.add(new ContainerForm.Bind(place, folder));
      }
      for (String file : plan.binds().files()) {
        Path place = attempt.tree().place(file);
        if (TaskFolder.isRegular(place)) {
          binds.add(new ContainerForm.Bind(place, file));
        }
      }
      return binds;
    }

    /** The container is there, and has not been started. */
    private Turn start(LogFiles files)
        throws IOException, EngineAway, EngineRefused, InterruptedException {
      Optional<InputStream> input = Optional.empty();
      if (executor.stdin().isPresent()) {
        input = input(TaskPaths.plain(executor.stdin().get()));
        if (input.isEmpty()) {
          return refusedExecutor(
              1,
              new Cause(
                  "stdin-missing",
                  "there is no file at its stdin '" + OneLine.of(executor.stdin().get()) + "'",
                  "declare it as an input, or have an earlier executor make it"));
        }
      }
      if (place.isStopped()) {
        return new Turn.Stopped();
      }
      place.markBegun(index, new Begun(server, System.currentTimeMillis()));
      Attachment attachment =
          Attachment.open(engine.address(), container, executor.stdin().isPresent());
      Pump pump = Pump.start(attachment, files);
      disconnect(container);
      pumps.put(container, pump);
      try {
        engine.start(container);
      } catch (EngineRefused refused) {
        disconnect(container);
        return startRefused(refused);
      }
      input.ifPresent(source -> pump.feed(source, feeding()));
      return new Turn.Started();
    }

    /** A server before this one, or this one before, was about to start it. */
    private Turn goOn(Begun begun)
        throws IOException, EngineAway, EngineRefused, InterruptedException {
      Optional<InspectContainerResponse> found = engine.inspect(container);
      if (found.isPresent() && isCreated(found.get()) && !begun.server().equals(server)) {
        Thread.sleep(remaining(begun).toMillis());
        found = engine.inspect(container);
      }
      if (found.isEmpty()) {
        return gone(index);
      }
      if (!isCreated(found.get())) {
        return new Turn.Started();
      }
      ContainerState state = found.get().getState();
      Optional<Turn> fault = fault(state, String.valueOf(state.getError()));
      return fault.isPresent() ? fault.get() : start(new LogFiles(attempt, index));
    }

    private Duration remaining(Begun begun) {
      long age = System.currentTimeMillis() - begun.millis();
      long left = LATE_START.toMillis() - Math.max(0, age);
      return Duration.ofMillis(Math.max(0, left));
    }

    /** From the task's tree, or from the image. */
    private Optional<InputStream> input(String path)
        throws IOException, EngineAway, EngineRefused, InterruptedException {
      Path file = attempt.tree().place(path);
      if (TaskFolder.isRegular(file)) {
        return Optional.of(attempt.tree().open(file));
      }
      Optional<InputStream> archive =
          plan.binds().covers(path) ? Optional.empty() : engine.archive(container, path);
      if (archive.isEmpty()) {
        return Optional.empty();
      }
      var tar = new TarArchiveInputStream(archive.get());
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry == null || !entry.isFile()) {
        tar.close();
        return Optional.empty();
      }
      return Optional.of(tar);
    }

    private Pump.Feeding feeding() {
      return new Pump.Feeding() {
        @Override
        public boolean engineAnswers() throws InterruptedException {
          return EnginePing.objection(engine.address()).isEmpty();
        }

        @Override
        public void fed() throws IOException {
          place.markFed(index);
        }

        @Override
        public void broke(IOException why) throws InterruptedException {
          LOG.warn("attempt={} executor={}: stdin broke off", place.name(), index, why);
          try {
            engine.kill(container);
          } catch (EngineAway | EngineRefused unkilled) {
            LOG.warn("attempt={}: {}", place.name(), unkilled.toString());
          }
        }
      };
    }

    private Turn startRefused(EngineRefused refused)
        throws IOException, EngineAway, EngineRefused, InterruptedException {
      Optional<InspectContainerResponse> found = engine.inspect(container);
      if (found.isPresent()) {
        Optional<Turn> fault = fault(found.get().getState(), refused.words());
        if (fault.isPresent()) {
          return fault.get();
        }
      }
      throw refused;
    }

    /** The executor's own fault, if the engine says it is. */
    private Optional<Turn> fault(ContainerState state, String words) throws IOException {
      int code = exitCode(state);
      if (code != NOT_FOUND && code != NOT_RUNNABLE) {
        return Optional.empty();
      }
      new LogFiles(attempt, index).addToErrors(words);
      Cause cause =
          code == NOT_FOUND
              ? new Cause("command-not-found", "its command cannot be found: " + words, IN_IMAGE)
              : new Cause("command-not-runnable", "its command cannot be run: " + words, IN_IMAGE);
      return Optional.of(refusedExecutor(code, cause));
    }

    private Turn refusedExecutor(int code, Cause cause) throws IOException {
      long now = System.currentTimeMillis();
      var result =
          new Ended(
              code, false, now, now, -1, -1, "none", cause.code(), cause.message(), cause.help());
      place.markEnded(index, result);
      return new Turn.Ended(result);
    }
  }

  private static final String IN_IMAGE = "see what programs the image has";

  /** Following one executor that was started. */
  private final class Following {
    private final ContainerAttempt attempt;
    private final int index;
    private final String container;
    private final ExecutorSpec executor;
    private final @Nullable Pump pump;
    private boolean away;

    Following(ContainerAttempt attempt, int index) {
      this.attempt = attempt;
      this.index = index;
      this.container = attempt.container(index);
      this.executor = attempt.executor(index);
      this.pump = pumps.get(container);
    }

    Turn toEnd() throws IOException, EngineAway, EngineRefused, InterruptedException {
      if (pump == null && isInputCut()) {
        return inputCut();
      }
      Optional<Turn> unwritten = streams();
      if (unwritten.isPresent()) {
        return unwritten.get();
      }
      if (pump != null && executor.stdin().isPresent() && !pump.isFed() && isInputCut()) {
        return inputCut();
      }
      Optional<InspectContainerResponse> end = end(true);
      if (end.isEmpty()) {
        return gone(index);
      }
      return attempt.place().isStopped() ? new Turn.Stopped() : ended(end.get().getState());
    }

    private boolean isInputCut() {
      return executor.stdin().isPresent() && !attempt.place().isFed(index);
    }

    /** What it made of half its input must not pass for a result. */
    private Turn inputCut() throws EngineAway, EngineRefused, InterruptedException {
      engine.kill(container);
      return attempt.place().isStopped()
          ? new Turn.Stopped()
          : new Turn.Lost(
              new Cause(
                  "stdin-cut",
                  "executor "
                      + index
                      + ": its stdin broke off before all of it was given, with the server or the"
                      + " engine",
                  ""));
    }

    /** Waits as long as the streams of this server's own are open. */
    private Optional<Turn> streams() throws EngineAway, EngineRefused, InterruptedException {
      if (pump == null) {
        away = true;
        return Optional.empty();
      }
      return switch (pump.await()) {
        case Pump.End.Closed() -> Optional.empty();
        case Pump.End.Cut() -> {
          away = true;
          leftAlone.add(container);
          yield Optional.empty();
        }
        case Pump.End.NotWritten(IOException why) -> {
          engine.kill(container);
          yield Optional.of(new Turn.Broken(notWritten(why)));
        }
      };
    }

    private Cause notWritten(IOException why) {
      return Disk.isFull(why, attempt.place().folder())
          ? Disk.full("while the streams of executor " + index + " were written")
          : new Cause(
              "log-not-written",
              "the streams of executor " + index + " could not be written: " + Disk.reason(why),
              "look at the work folder");
    }

    /**
     * The container as it ended; empty if it is gone. Its log is followed where our own streams
     * were cut.
     */
    private Optional<InspectContainerResponse> end(boolean follow)
        throws IOException, EngineAway, EngineRefused, InterruptedException {
      Duration pause = FIRST_PAUSE;
      while (true) {
        Optional<InspectContainerResponse> found = inspected();
        if (found.isEmpty()) {
          return found;
        }
        if (!isRunning(found.get())) {
          if (away) {
            catchUp(false);
          }
          return found;
        }
        if (away && follow) {
          leftAlone.remove(container); // it survived that
          catchUp(true);
        }
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
        if (pause.compareTo(LONGEST_PAUSE) > 0) {
          pause = LONGEST_PAUSE;
          away = true; // the streams closed, and it runs on
        }
      }
    }

    private Optional<InspectContainerResponse> inspected()
        throws EngineAway, EngineRefused, InterruptedException {
      try {
        return engine.inspect(container);
      } catch (EngineAway gone) {
        leftAlone.add(container);
        disconnect(container); // what it brought may not be all
        throw gone;
      }
    }

    private void catchUp(boolean follow)
        throws IOException, EngineAway, EngineRefused, InterruptedException {
      try (InputStream log = engine.logs(container, follow);
          var sink = new LogFiles(attempt, index).new CatchingUp()) {
        try {
          Frames.read(log, sink);
        } finally {
          if (!sink.isExact()) {
            attempt.place().markInexact(index);
          }
        }
      } catch (EOFException cut) {
        LOG.debug(
            "attempt={} the engine's log was cut: {}", attempt.place().name(), cut.toString());
      } catch (IOException failed) {
        if (Thread.interrupted()) {
          throw interruption(failed);
        }
        if (Disk.isFull(failed, attempt.place().folder())) {
          throw failed;
        }
        throw new EngineAway("the log of a container was cut: " + failed, failed);
      }
    }

    private static InterruptedException interruption(IOException failed) {
      var interruption = new InterruptedException("following a log");
      interruption.initCause(failed);
      return interruption;
    }

    private Turn ended(ContainerState state)
        throws IOException, EngineAway, EngineRefused, InterruptedException {
      int code = exitCode(state);
      Optional<Turn> fromOutside = endedFromOutside(state, code);
      if (fromOutside.isPresent()) {
        return fromOutside.get();
      }
      if (attempt.place().isInexact(index)
          && (executor.stdout().isPresent() || executor.stderr().isPresent())) {
        return new Turn.Lost(
            new Cause(
                "stream-cut",
                "executor "
                    + index
                    + " wrote bytes that are no text to its streams while this"
                    + " server was away; the engine's log does not keep such",
                ""));
      }
      Optional<Cause> wrong = wrongPlatform(code);
      if (wrong.isPresent()) {
        return new Turn.Broken(wrong.get());
      }
      keepOutputs();
      Ended result = result(state);
      attempt.place().markEnded(index, result);
      return new Turn.Ended(result);
    }

    /**
     * Whether the engine ended it, for somebody else or because it was stopped itself. That is not
     * the executor's fault, whatever its exit code says.
     */
    private Optional<Turn> endedFromOutside(ContainerState state, int code)
        throws EngineAway, EngineRefused, InterruptedException {
      if (!isEndFromOutside(code) || Boolean.TRUE.equals(state.getOOMKilled())) {
        return Optional.empty();
      }
      long now = System.currentTimeMillis();
      long start = millis(state.getStartedAt(), now) / 1000;
      long end = millis(state.getFinishedAt(), now) / 1000 + 1;
      if (leftAlone.contains(container) || wasSignalled(start, end)) {
        return Optional.of(
            new Turn.Lost(
                new Cause(
                    "container-stopped",
                    "executor "
                        + index
                        + " ended with "
                        + code
                        + " when its container was stopped, or its engine, and not by this server",
                    "let the engine keep containers (live-restore) when it is restarted")));
      }
      return Optional.empty();
    }

    /** An engine that goes away while it is asked is one that was stopping. */
    private boolean wasSignalled(long start, long end)
        throws EngineAway, EngineRefused, InterruptedException {
      try {
        return engine.wasSignalled(container, start, end)
            || EnginePing.objection(engine.address()).isPresent();
      } catch (EngineAway stopping) {
        leftAlone.add(container);
        throw stopping;
      }
    }

    private static boolean isEndFromOutside(int code) {
      return code == KILLED || code == TERMINATED || code == UNKNOWN_EXIT;
    }

    private Optional<Cause> wrongPlatform(int code) throws IOException {
      ExecutorPlan plan = attempt.place().prepared().orElseThrow().executors().get(index);
      if (code == 0 || plan.platform().equals(traits.platform())) {
        return Optional.empty();
      }
      String words = Tail.of(attempt.log(index, Stream.STDERR), ENOUGH_TO_UNDERSTAND);
      boolean notRun = // a first process may take a foreign program for a script without a shell
          code == NOT_FOUND
              || code == NOT_RUNNABLE
              || words.toLowerCase(Locale.ROOT).contains("exec format error");
      return notRun
          ? Optional.of(
              new Cause(
                  "image-wrong-platform",
                  "image '"
                      + OneLine.of(executor.image())
                      + "' is for "
                      + plan.platform()
                      + ", and this engine runs "
                      + traits.platform(),
                  "name an image for this platform"))
          : Optional.empty();
    }

    private void keepOutputs() throws IOException, EngineAway, EngineRefused, InterruptedException {
      BindPlan binds = attempt.place().prepared().orElseThrow().executors().get(index).binds();
      for (String line : cargo.out(attempt, binds, container)) {
        attempt.place().addNote(line);
      }
      new StreamFiles(attempt, index).deliver();
    }

    private Ended result(ContainerState state) {
      UsageGroups.Used used = traits.groups().used(container);
      int code = exitCode(state);
      long now = System.currentTimeMillis();
      return new Ended(
          code,
          code != 0 && Boolean.TRUE.equals(state.getOOMKilled()),
          millis(state.getStartedAt(), now),
          millis(state.getFinishedAt(), now),
          used.cpuNanos(),
          used.peakMemory(),
          used.measuredBy(),
          "",
          "",
          "");
    }

    /** What is known of one that was killed. */
    Optional<Ended> ofStopped()
        throws IOException, EngineAway, EngineRefused, InterruptedException {
      Optional<InspectContainerResponse> now = engine.inspect(container);
      if (now.isEmpty() || isCreated(now.get())) {
        disconnect(container);
        return Optional.empty();
      }
      streams();
      Optional<InspectContainerResponse> end = end(false);
      if (end.isEmpty()) {
        return Optional.empty();
      }
      keepOutputs();
      Ended result = result(end.get().getState());
      attempt.place().markEnded(index, result);
      return Optional.of(result);
    }
  }

  private static Turn gone(int index) {
    return new Turn.Lost(
        new Cause(
            "container-gone",
            "executor " + index + ": its container is gone, and so is its result",
            "see who removes containers of this engine"));
  }

  private static boolean isCreated(InspectContainerResponse container) {
    return "created".equals(container.getState().getStatus())
        || "configured".equals(container.getState().getStatus()); // Podman's word
  }

  private static boolean isRunning(InspectContainerResponse container) {
    ContainerState state = container.getState();
    return Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getPaused());
  }

  private static int exitCode(ContainerState state) {
    Long code = state.getExitCodeLong();
    return code == null ? 0 : code.intValue();
  }

  /** The engine writes the year 1 for what did not happen. */
  private static long millis(@Nullable String time, long otherwise) {
    try {
      long millis = time == null ? 0 : Instant.parse(time).toEpochMilli();
      return millis > 0 ? millis : otherwise;
    } catch (DateTimeException odd) {
      return otherwise;
    }
  }
}
