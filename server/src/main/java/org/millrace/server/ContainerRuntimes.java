package org.millrace.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.task.Lane;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;
import org.millrace.runtimes.container.ContainerRuntime;
import org.millrace.runtimes.container.ContainerSettings;
import org.millrace.server.config.ServerConfig;

/**
 * Containers, where there are to be any, before the runtimes of this host. Whether there are is
 * decided once, at the start; what comes and goes later is the engine behind them.
 */
final class ContainerRuntimes implements AutoCloseable {
  private final LocalRuntimes host;
  private final Optional<ContainerRuntime> container;
  private final int slots;

  private ContainerRuntimes(LocalRuntimes host, Optional<ContainerRuntime> container, int slots) {
    this.host = host;
    this.container = container;
    this.slots = slots;
  }

  static ContainerRuntimes open(
      ServerConfig config, LocalRuntimes host, StageIn stageIn, StageOut stageOut)
      throws IOException {
    ContainerSettings settings = config.containers().settings(host.site(), host.workFolder());
    return new ContainerRuntimes(
        host,
        isWanted(config, host.workFolder())
            ? Optional.of(opened(settings, host, stageIn, stageOut))
            : Optional.empty(),
        settings.slots());
  }

  /** Work that was begun is brought to its end even where the engine is away at the moment. */
  private static boolean isWanted(ServerConfig config, Path work) throws IOException {
    return switch (config.containers().use()) {
      case ALLOW -> true;
      case DENY -> false;
      case AUTO -> ContainerRuntime.hasAttempts(work) || isThere(config);
    };
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

  Map<Lane, LaneRule> lanes() {
    Map<Lane, LaneRule> lanes = new LinkedHashMap<>();
    container.ifPresent(
        _ -> lanes.put(lane(), new LaneRule(lane(), slots, Counts.THIS_SERVER, WhenFull.WAIT)));
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
