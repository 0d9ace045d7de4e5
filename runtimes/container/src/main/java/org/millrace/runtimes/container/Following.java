package org.millrace.runtimes.container;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.staging.Disk;
import org.millrace.engine.staging.OneLine;
import org.millrace.engine.staging.Tail;
import org.millrace.engine.views.LogFolder.Stream;
import org.millrace.runtimes.container.AttemptPlace.Ended;
import org.millrace.runtimes.container.AttemptPlace.ExecutorPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Following one executor that was started, to its end. One thread at a time for a container. */
final class Following {
  private static final Logger LOG = LoggerFactory.getLogger(Following.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
  private static final int ENOUGH_TO_UNDERSTAND = 4096;
  private static final int NOT_RUNNABLE = 126;
  private static final int NOT_FOUND = 127;
  private static final int KILLED = 137;
  private static final int TERMINATED = 143;
  private static final int UNKNOWN_EXIT = 255;

  private final DockerEngine engine;
  private final EngineTraits traits;
  private final Cargo cargo;
  private final OpenStreams streams;
  private final ContainerAttempt attempt;
  private final int index;
  private final String container;
  private final ExecutorSpec executor;
  private final @Nullable Pump pump;
  private boolean away;

  Following(Means means, ContainerAttempt attempt, int index) {
    this.engine = means.engine();
    this.traits = means.traits();
    this.cargo = means.cargo();
    this.streams = means.streams();
    this.attempt = attempt;
    this.index = index;
    this.container = attempt.container(index);
    this.executor = attempt.executor(index);
    this.pump = streams.of(container).orElse(null);
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
    Optional<Sighting> end = end(true);
    if (end.isEmpty()) {
      return Turn.gone(index);
    }
    return attempt.place().isStopped() ? new Turn.Stopped() : ended(end.get());
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
        streams.leaveAlone(container);
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
   * The container as it ended; empty if it is gone. Its log is followed where our own streams were
   * cut.
   */
  private Optional<Sighting> end(boolean follow)
      throws IOException, EngineAway, EngineRefused, InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (true) {
      Optional<Sighting> found = inspected();
      if (found.isEmpty()) {
        return found;
      }
      if (!found.get().isRunning()) {
        if (away) {
          catchUp(false);
        }
        return found;
      }
      if (away && follow) {
        streams.survived(container); // it survived that
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

  private Optional<Sighting> inspected() throws EngineAway, EngineRefused, InterruptedException {
    try {
      return engine.inspect(container);
    } catch (EngineAway gone) {
      streams.leaveAlone(container);
      streams.letGo(container); // what it brought may not be all
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
      LOG.debug("attempt={} the engine's log was cut: {}", attempt.place().name(), cut.toString());
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

  private Turn ended(Sighting first)
      throws IOException, EngineAway, EngineRefused, InterruptedException {
    int code = first.exitCode();
    Optional<Turn> fromOutside = endedFromOutside(first, code);
    if (fromOutside.isPresent()) {
      return fromOutside.get();
    }
    Sighting seen = seenLast(first);
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
    Ended result = result(seen);
    attempt.place().markEnded(index, result);
    return new Turn.Ended(result);
  }

  /** An engine may hear of the end first, and then that memory was lacking. */
  private Sighting seenLast(Sighting first) throws EngineAway, EngineRefused, InterruptedException {
    boolean mayHaveLackedMemory = first.exitCode() == KILLED && !first.isOutOfMemory();
    return mayHaveLackedMemory ? inspected().orElse(first) : first;
  }

  /**
   * Whether the engine ended it, for somebody else or because it was stopped itself. That is not
   * the executor's fault, whatever its exit code says.
   */
  private Optional<Turn> endedFromOutside(Sighting seen, int code)
      throws EngineAway, EngineRefused, InterruptedException {
    if (!isEndFromOutside(code) || seen.isOutOfMemory()) {
      return Optional.empty();
    }
    long now = System.currentTimeMillis();
    long start = seen.startedMillis(now) / 1000;
    long end = toldBy(seen.endedMillis(now));
    if (streams.isLeftAlone(container) || wasSignalled(start, end)) {
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

  /**
   * When the engine has surely told of a signal that ended a container, in seconds since 1970: it
   * tells of it after it was sent, and so perhaps after the end, which may be in another second.
   *
   * @param endedMillis when it ended, in milliseconds since 1970
   */
  static long toldBy(long endedMillis) {
    return endedMillis / 1000 + 2;
  }

  /** An engine that goes away while it is asked is one that was stopping. */
  private boolean wasSignalled(long start, long end)
      throws EngineAway, EngineRefused, InterruptedException {
    try {
      return engine.wasSignalled(container, start, end)
          || EnginePing.objection(engine.address()).isPresent();
    } catch (EngineAway stopping) {
      streams.leaveAlone(container);
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
            Cause.ofCaller(
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

  private Ended result(Sighting seen) {
    UsageGroups.Used used = traits.groups().used(container);
    int code = seen.exitCode();
    long now = System.currentTimeMillis();
    return new Ended(
        code,
        code != 0 && seen.isOutOfMemory(),
        seen.startedMillis(now),
        seen.endedMillis(now),
        used.cpuNanos(),
        used.peakMemory(),
        used.measuredBy(),
        "",
        "",
        "");
  }

  /** What is known of one that was killed. */
  Optional<Ended> ofStopped() throws IOException, EngineAway, EngineRefused, InterruptedException {
    Optional<Sighting> now = engine.inspect(container);
    if (now.isEmpty() || now.get().isCreated()) {
      streams.letGo(container);
      return Optional.empty();
    }
    streams();
    Optional<Sighting> end = end(false);
    if (end.isEmpty()) {
      return Optional.empty();
    }
    keepOutputs();
    Ended result = result(end.get());
    attempt.place().markEnded(index, result);
    return Optional.of(result);
  }
}
