package org.millrace.runtimes.container;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Outcome;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.OneLine;
import org.millrace.runtimes.container.ContainerSettings.Pull;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that images are there; whoever wants the same one shares one pull. Thread-safe. */
final class Images {
  private static final Logger LOG = LoggerFactory.getLogger(Images.class);

  /** What no other try changes; everything else may pass. */
  private static final List<String> FOR_GOOD =
      List.of(
          "not found",
          "does not exist",
          "manifest unknown",
          "name unknown",
          "access denied",
          "access to the resource is denied",
          "unauthorized",
          "no basic auth credentials",
          "no matching manifest",
          "invalid reference",
          "invalid repository",
          "unsupported media type");

  private final DockerEngine engine;
  private final Pull policy;
  private final Map<Reference, SharedPull> pulls = new ConcurrentHashMap<>();

  Images(DockerEngine engine, Pull policy) {
    this.engine = engine;
    this.policy = policy;
  }

  /**
   * The image of that name, pulled if need be.
   *
   * @throws AttemptFailed naming image and reason; {@code Unplaceable} where another try would end
   *     the same way
   */
  Image ensure(String name, Progress progress)
      throws AttemptFailed, EngineAway, InterruptedException {
    Reference reference = Reference.parse(name).orElseThrow(() -> forGood(name, NO_REFERENCE));
    try {
      Optional<Image> there =
          policy == Pull.ALWAYS ? Optional.empty() : engine.image(name).map(Images::image);
      if (there.isPresent()) {
        return there.get();
      }
      if (policy == Pull.NEVER) {
        throw forGood(name, NEVER_PULLED);
      }
      pull(reference, name, progress);
      return engine
          .image(name)
          .map(Images::image)
          .orElseThrow(() -> passing(name, "the engine does not have it although it was pulled"));
    } catch (EngineRefused refused) {
      throw refused(name, refused);
    }
  }

  private static final Cause NO_REFERENCE =
      Cause.ofCaller(
          "image-bad-name", "is no image reference", "write it like host/group/name:tag");

  private static final Cause NEVER_PULLED =
      new Cause(
          "image-not-there",
          "is not there, and this server pulls none",
          "load it into the engine, or set container.pull");

  private void pull(Reference reference, String name, Progress progress)
      throws EngineAway, EngineRefused, InterruptedException {
    progress.file("image " + OneLine.of(name), -1);
    SharedPull pull = pulls.compute(reference, (_, now) -> joined(now, reference, name));
    pull.await(progress);
  }

  private SharedPull joined(@Nullable SharedPull now, Reference reference, String name) {
    SharedPull pull = now == null ? new SharedPull(reference, name) : now;
    pull.join();
    return pull;
  }

  /** One pull and all who wait for it; stopped when the last of them is interrupted. */
  private final class SharedPull {
    private final Reference reference;
    private final PullTally tally;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final FutureTask<Void> task;
    private final Thread thread;
    private int waiting; // changed only while the map holds the entry

    SharedPull(Reference reference, String name) {
      this.reference = reference;
      this.tally = new PullTally(name);
      this.task = new FutureTask<>(this::run);
      this.thread = Thread.ofVirtual().name("container-image-pull").start(task);
    }

    private Void run() throws EngineAway, EngineRefused, InterruptedException {
      try {
        LOG.info("image={}:{} is pulled", reference.repository(), reference.tag());
        engine.pull(reference.repository(), reference.tag(), this::heard);
        return null;
      } finally {
        pulls.remove(reference, this);
      }
    }

    private void heard(PullResponseItem item) {
      PullTally.State state = tally.heard(item);
      listeners.forEach(listener -> listener.hear(state));
    }

    void join() {
      waiting++;
    }

    void await(Progress progress) throws EngineAway, EngineRefused, InterruptedException {
      var listener = new Listener(progress);
      listeners.add(listener);
      try {
        task.get();
      } catch (ExecutionException failed) {
        switch (failed.getCause()) {
          case EngineAway away -> throw away;
          case EngineRefused refused -> throw refused;
          case null, default -> throw new IllegalStateException("image pull", failed.getCause());
        }
      } catch (InterruptedException interruption) {
        pulls.computeIfPresent(reference, (_, pull) -> left(pull));
        throw interruption;
      } finally {
        listeners.remove(listener);
      }
    }

    private @Nullable SharedPull left(SharedPull pull) {
      if (pull == this && --waiting == 0) {
        thread.interrupt();
        return null;
      }
      return pull;
    }
  }

  /** One who waits, and how much it has heard of. */
  private static final class Listener {
    private final Progress progress;
    private long told;

    Listener(Progress progress) {
      this.progress = progress;
    }

    synchronized void hear(PullTally.State state) {
      state.tell(progress, told);
      told = state.moved();
    }
  }

  private static Image image(InspectImageResponse found) {
    ContainerConfig config = found.getConfig();
    Map<String, ?> volumes = config == null ? null : config.getVolumes();
    List<String> digests = found.getRepoDigests();
    return new Image(
        Objects.requireNonNull(found.getId(), "an image without id"),
        digests == null || digests.isEmpty() ? Optional.empty() : Optional.of(digests.getFirst()),
        Image.platform(String.valueOf(found.getOs()), String.valueOf(found.getArch())),
        volumes == null ? List.of() : List.copyOf(volumes.keySet()));
  }

  /** What it means that an image cannot be had, from the words of engine and registry. */
  static AttemptFailed refused(String name, EngineRefused refused) {
    String words = refused.words().toLowerCase(Locale.ROOT);
    if (words.contains("no matching manifest")) {
      return forGood(
          name,
          Cause.ofCaller(
              "image-wrong-platform",
              "has no variant for this engine: " + refused.words(),
              "name an image for this platform"));
    }
    boolean away = words.contains("lookup ") || words.contains("dial tcp");
    return !away && (refused.status() == 400 || FOR_GOOD.stream().anyMatch(words::contains))
        ? forGood(
            name,
            Cause.ofCaller(
                "image-not-found",
                "cannot be had: " + refused.words(),
                "see that it exists, and that the engine's user may pull it"))
        : passing(name, refused.words());
  }

  private static AttemptFailed forGood(String name, Cause why) {
    return new AttemptFailed(new Outcome.Unplaceable(named(name, why)));
  }

  private static AttemptFailed passing(String name, String words) {
    Cause why =
        new Cause("image-not-pulled", "could not be pulled: " + words, "see after its registry");
    return new AttemptFailed(new Outcome.RuntimeFailed(named(name, why), false));
  }

  private static Cause named(String name, Cause why) {
    return why.saying("image '" + OneLine.of(name) + "' " + why.message());
  }
}
