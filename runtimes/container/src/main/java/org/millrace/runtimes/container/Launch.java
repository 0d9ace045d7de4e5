package org.millrace.runtimes.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.staging.OneLine;
import org.millrace.engine.staging.TaskFolder;
import org.millrace.runtimes.container.AttemptPlace.Begun;
import org.millrace.runtimes.container.AttemptPlace.Ended;
import org.millrace.runtimes.container.AttemptPlace.ExecutorPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starting one executor, from wherever a server before this one left it. One thread at a time for a
 * container.
 */
final class Launch {
  private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

  /** A start that a dying server asked for may take so long to take effect. */
  private static final Duration LATE_START = Duration.ofSeconds(3);

  private static final int NOT_RUNNABLE = 126;
  private static final int NOT_FOUND = 127;
  private static final String IN_IMAGE = "see what programs the image has";

  private final Means means;
  private final DockerEngine engine;
  private final ContainerAttempt attempt;
  private final int index;
  private final String container;
  private final ExecutorSpec executor;
  private final ExecutorPlan plan;
  private final AttemptPlace place;

  Launch(Means means, ContainerAttempt attempt, int index) {
    this.means = means;
    this.engine = means.engine();
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
    means.cargo().in(attempt, plan.binds(), container);
    var files = new LogFiles(attempt, index);
    files.make();
    return start(files);
  }

  private ContainerForm form() throws IOException {
    return new ContainerForm(
        executor,
        means.labels().of(attempt.order(), index),
        binds(),
        means.settings().limits(attempt.order().spec().resources()),
        means.settings().network(),
        means.settings().userOf(ServerUser.current()),
        means.traits().init(),
        means.traits().groups().parentOf(container));
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
            Cause.ofCaller(
                "stdin-missing",
                "there is no file at its stdin '" + OneLine.of(executor.stdin().get()) + "'",
                "declare it as an input, or have an earlier executor make it"));
      }
    }
    if (place.isStopped()) {
      return new Turn.Stopped();
    }
    place.markBegun(index, new Begun(means.server(), System.currentTimeMillis()));
    Attachment attachment =
        Attachment.open(engine.address(), container, executor.stdin().isPresent());
    Pump pump = Pump.start(attachment, files);
    means.streams().keep(container, pump);
    try {
      engine.start(container);
    } catch (EngineRefused refused) {
      means.streams().letGo(container);
      return startRefused(refused);
    }
    input.ifPresent(source -> pump.feed(source, feeding()));
    return new Turn.Started();
  }

  /** A server before this one, or this one before, was about to start it. */
  private Turn goOn(Begun begun)
      throws IOException, EngineAway, EngineRefused, InterruptedException {
    Optional<Sighting> found = engine.inspect(container);
    if (found.isPresent() && found.get().isCreated() && !begun.server().equals(means.server())) {
      Thread.sleep(remaining(begun).toMillis());
      found = engine.inspect(container);
    }
    if (found.isEmpty()) {
      return Turn.gone(index);
    }
    if (!found.get().isCreated()) {
      return new Turn.Started();
    }
    Optional<Turn> fault = fault(found.get(), found.get().error());
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
    Optional<Sighting> found = engine.inspect(container);
    if (found.isPresent()) {
      Optional<Turn> fault = fault(found.get(), refused.words());
      if (fault.isPresent()) {
        return fault.get();
      }
    }
    throw refused;
  }

  /** The executor's own fault, if the engine says it is. */
  private Optional<Turn> fault(Sighting seen, String words) throws IOException {
    int code = seen.exitCode();
    if (code != NOT_FOUND && code != NOT_RUNNABLE) {
      return Optional.empty();
    }
    new LogFiles(attempt, index).addToErrors(words);
    Cause cause =
        code == NOT_FOUND
            ? Cause.ofCaller("command-not-found", "its command cannot be found: " + words, IN_IMAGE)
            : Cause.ofCaller(
                "command-not-runnable", "its command cannot be run: " + words, IN_IMAGE);
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
