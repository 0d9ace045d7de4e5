package org.millrace.runtimes.container;

import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.Resources;

/**
 * What the engine could do at most: create, start, wait for and remove a container that does
 * nothing, with the same limits and network, in a bare loop; no files, no streams, nothing counted.
 * The measure for the container runtime.
 */
public final class BareContainerLoop {
  private final ContainerSettings settings;
  private final String image;

  /**
   * A loop over one image.
   *
   * @param image that the engine has, with a program {@code true}
   */
  public BareContainerLoop(ContainerSettings settings, String image) {
    this.settings = settings;
    this.image = image;
  }

  /** How many runs took how long. */
  public record Result(int runs, Duration took) {
    public double perSecond() {
      return runs * 1e9 / took.toNanos();
    }
  }

  /**
   * Runs it so often.
   *
   * @param threads how many are in flight
   * @throws IOException when one of the runs fails, or the engine is away
   */
  public Result run(int runs, int threads) throws IOException, InterruptedException {
    try (var engine = new DockerEngine(settings.engine(), 2 * threads + 2)) {
      ContainerForm form = form(EngineTraits.hasInit(info(engine)));
      var left = new AtomicInteger(runs);
      long begun = System.nanoTime();
      try (var loops = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Callable<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          all.add(() -> loop(engine, form, left));
        }
        for (Future<Boolean> loop : loops.invokeAll(all)) {
          loop.get();
        }
      } catch (ExecutionException failed) {
        throw new IOException("the bare loop failed", failed.getCause());
      }
      return new Result(runs, Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  private static Info info(DockerEngine engine) throws IOException, InterruptedException {
    try {
      return engine.info();
    } catch (EngineAway | EngineRefused failed) {
      throw new IOException("the container engine is of no use", failed);
    }
  }

  private ContainerForm form(boolean init) {
    var executor = ExecutorSpec.of(image, List.of("true"));
    return new ContainerForm(
        executor,
        Map.of(),
        List.of(),
        settings.limits(Resources.NONE),
        settings.network(),
        Optional.empty(),
        init,
        Optional.empty());
  }

  private boolean loop(DockerEngine engine, ContainerForm form, AtomicInteger left)
      throws EngineAway, EngineRefused, InterruptedException {
    while (left.getAndDecrement() > 0) {
      String name = "millrace-bare-" + UUID.randomUUID();
      try {
        engine.create(name, image, form::fill);
        engine.start(name);
        engine.waitFor(name);
      } finally {
        engine.remove(name);
      }
    }
    return true;
  }
}
