package org.millrace.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.task.Lane;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;
import org.millrace.engine.views.ViewStore;
import org.millrace.runtimes.container.ContainerRuntime;
import org.millrace.runtimes.container.ContainerSettings;
import org.millrace.server.config.ContainerSection;
import org.millrace.server.config.ServerConfig;

/**
 * Containers, where there are to be any, before the runtimes of this host. Whether there are is
 * decided once, at the start; what comes and goes later is the engine behind them.
 */
final class ContainerRuntimes implements AutoCloseable {
  private final LocalRuntimes host;
  private final Optional<ContainerRuntime> container;
  private final ContainerSection said;

  private ContainerRuntimes(
      LocalRuntimes host, Optional<ContainerRuntime> container, ContainerSection said) {
    this.host = host;
    this.container = container;
    this.said = said;
  }

  /**
   * Opens it if there are to be containers.
   *
   * @param stored where tasks of before wait, some for the images they name
   */
  static ContainerRuntimes open(
      ServerConfig config, LocalRuntimes host, ViewStore stored, StageIn stageIn, StageOut stageOut)
      throws IOException {
    ContainerSettings settings = config.containers().settings(host.site(), host.workFolder());
    return new ContainerRuntimes(
        host,
        isWanted(config, host.workFolder(), stored)
            ? Optional.of(opened(settings, host, stageIn, stageOut))
            : Optional.empty(),
        config.containers());
  }

  /**
   * Work that was begun is brought to its end, and what waits for its image runs in nothing else,
   * even where the engine is away at the moment.
   */
  private static boolean isWanted(ServerConfig config, Path work, ViewStore stored)
      throws IOException {
    return switch (config.containers().use()) {
      case ALLOW -> true;
      case DENY -> false;
      case AUTO -> ContainerRuntime.hasAttempts(work) || isAwaited(stored) || isThere(config);
    };
  }

  private static boolean isAwaited(ViewStore stored) {
    ViewStore.LaneLoad load = stored.load(lane(), 1);
    return load.ready() + load.inFlight() > 0;
  }

  private static boolean isThere(ServerConfig config) throws IOException {
    try {
      return ContainerRuntime.isThere(config.containers().host());
    } catch (InterruptedException interruption) {
      throw stopped(interruption);
    }
  }

  private static ContainerRuntime opened(
      ContainerSettings settings, LocalRuntimes host, StageIn stageIn, StageOut stageOut)
      throws IOException {
    try {
      return ContainerRuntime.open(settings, host.logs(), stageIn, stageOut);
    } catch (InterruptedException interruption) {
      throw stopped(interruption);
    }
  }

  private static IOException stopped(InterruptedException interruption) {
    Thread.currentThread().interrupt();
    return new IOException("stopped while it was starting", interruption);
  }

  List<TaskRuntime> inOrder() {
    var all = new ArrayList<TaskRuntime>(container.stream().toList());
    all.addAll(host.inOrder());
    return all;
  }

  /** What stands in for containers where there are none: why, and what would change it. */
  List<RuntimeOffer> absent() {
    return container.isPresent()
        ? List.of()
        : List.of(RuntimeOffer.absent(ContainerRuntime.NAME, host.site(), whyNot(said)));
  }

  /** Of one that is not opened. */
  static Cause whyNot(ContainerSection said) {
    return switch (said.use()) {
      case DENY ->
          Cause.ofCaller(
              "runtime-off",
              "runtime 'container' is off here: runtimes.container is deny",
              "name another runtime or none, or set runtimes.container to auto or allow");
      case AUTO, ALLOW ->
          Cause.ofCaller(
              "runtime-off",
              "runtime 'container' is off here: runtimes.container is auto, and no container engine"
                  + " answered at "
                  + said.host().text()
                  + " when the server started",
              "name another runtime or none; or start an engine, or set container.host to where"
                  + " one listens, and restart the server");
    };
  }

  Map<Lane, LaneRule> lanes() {
    Map<Lane, LaneRule> lanes = new LinkedHashMap<>();
    container.ifPresent(_ ->
        lanes.put(lane(), new LaneRule(lane(), said.slots(), Counts.THIS_SERVER, WhenFull.WAIT)));
    lanes.putAll(host.lanes());
    return lanes;
  }

  /** Of tasks that name no runtime. They wait there for an engine that is away. */
  Lane usualLane() {
    return container.isPresent() ? lane() : host.usualLane();
  }

  private static Lane lane() {
    return new Lane(ContainerRuntime.NAME.text());
  }

  /** What runs goes on. */
  @Override
  public void close() {
    container.ifPresent(ContainerRuntime::close);
  }
}
