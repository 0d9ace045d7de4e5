package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.millrace.runtimes.local.ControlGroups.SlotLimits;

/**
 * What the sandbox could do at most: the same {@code bwrap ... true} under the same supervisor and
 * control groups, in a bare loop, with no folders made or removed, nothing staged and nothing read
 * back. The measure for the sandbox runtime.
 */
public final class BareSandboxLoop {
  private final LocalSettings settings;
  private final SandboxSettings sandbox;
  private final WorkArea area;

  public BareSandboxLoop(LocalSettings settings, SandboxSettings sandbox, WorkArea area) {
    this.settings = settings;
    this.sandbox = sandbox;
    this.area = area;
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
   * @throws IOException when one of the runs fails, or there is no room for it
   */
  public Result run(int runs, int threads) throws IOException, InterruptedException {
    SandboxCommand command = SandboxRuntime.command(sandbox, area);
    ControlGroups groups = SandboxRuntime.groups(settings, "bare");
    List<TrivialAttempt> attempts = new ArrayList<>();
    try {
      for (int slot = 0; slot < threads; slot++) {
        attempts.add(attempt(command, groups, slot));
      }
      return measured(attempts, runs);
    } finally {
      for (int slot = 0; slot < attempts.size(); slot++) {
        attempts.get(slot).close();
        groups.remove(slot);
      }
    }
  }

  private TrivialAttempt attempt(SandboxCommand command, ControlGroups groups, int slot)
      throws IOException {
    var limits = new SlotLimits(settings.cpuCores(), settings.ramBytes(), settings.mostProcesses());
    SlotWords words = groups.ready(slot, limits, 1) ? groups.words(slot, 0) : SlotWords.NONE;
    var place = new AttemptFolder(Files.createTempDirectory(area.shared("trials"), "bare"));
    return new TrivialAttempt(place, area, command, command.programs(), words);
  }

  private static Result measured(List<TrivialAttempt> attempts, int runs)
      throws IOException, InterruptedException {
    var left = new AtomicInteger(runs);
    long begun = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> loops = new ArrayList<>();
      for (TrivialAttempt attempt : attempts) {
        loops.add(() -> loop(attempt, left));
      }
      for (Future<Boolean> loop : threads.invokeAll(loops)) {
        loop.get();
      }
    } catch (ExecutionException failed) {
      throw new IOException("the bare loop failed", failed.getCause());
    }
    return new Result(runs, Duration.ofNanos(System.nanoTime() - begun));
  }

  private static boolean loop(TrivialAttempt attempt, AtomicInteger left)
      throws IOException, InterruptedException {
    while (left.getAndDecrement() > 0) {
      Optional<String> failed = attempt.run();
      if (failed.isPresent()) {
        throw new IOException("a run of the bare loop failed: " + failed.get());
      }
    }
    return true;
  }
}
