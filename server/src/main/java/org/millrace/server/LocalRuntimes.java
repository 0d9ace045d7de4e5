package org.millrace.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.RuntimeName;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.staging.StageIn;
import org.millrace.engine.staging.StageOut;
import org.millrace.engine.views.LogFolder;
import org.millrace.runtimes.local.LocalSettings;
import org.millrace.runtimes.local.ProcessRuntime;
import org.millrace.runtimes.local.SandboxRuntime;
import org.millrace.runtimes.local.WorkArea;
import org.millrace.server.config.ServerConfig;

/** The runtimes of this host, and the lane of each: as many tasks in flight as it has slots. */
final class LocalRuntimes implements AutoCloseable {
  static final RuntimeName SANDBOX = SandboxRuntime.NAME;
  static final RuntimeName PROCESS = ProcessRuntime.NAME;

  private final WorkArea area;
  private final int slots;
  private final SandboxRuntime sandbox;
  private final ProcessRuntime process;

  private LocalRuntimes(WorkArea area, int slots, SandboxRuntime sandbox, ProcessRuntime process) {
    this.area = area;
    this.slots = slots;
    this.sandbox = sandbox;
    this.process = process;
  }

  /**
   * Where their attempts lie. Neither caller nor task may reach it, or the data folder.
   *
   * @param site where their handles mean something
   */
  static WorkArea area(ServerConfig config, String site) throws IOException {
    WorkArea area = WorkArea.open(config.runtimes().settings(site, config.data()));
    SandboxRuntime.refuseShown(config.runtimes().sandbox(), "data", config.data());
    SandboxRuntime.refuseShown(config.runtimes().sandbox(), "the work folder", area.folder());
    return area;
  }

  /** Opens them. */
  static LocalRuntimes open(
      ServerConfig config, String site, WorkArea area, StageIn stageIn, StageOut stageOut)
      throws IOException {
    LocalSettings settings = config.runtimes().settings(site, config.data());
    return new LocalRuntimes(
        area,
        settings.slots(),
        SandboxRuntime.open(settings, config.runtimes().sandbox(), area, stageIn, stageOut),
        ProcessRuntime.open(settings, config.runtimes().processAllowed(), area, stageIn, stageOut));
  }

  List<TaskRuntime> inOrder() {
    return List.of(sandbox, process);
  }

  Map<Lane, LaneRule> lanes() {
    Map<Lane, LaneRule> lanes = new LinkedHashMap<>();
    for (TaskRuntime runtime : inOrder()) {
      Lane lane = laneOf(runtime.offer());
      lanes.put(lane, new LaneRule(lane, slots, Counts.THIS_SERVER, WhenFull.WAIT));
    }
    return lanes;
  }

  /** Of tasks that name no runtime: the lane of the first that works, else of the first. */
  Lane usualLane() {
    return inOrder().stream()
        .map(TaskRuntime::offer)
        .filter(offer -> offer.unavailable().isEmpty())
        .findFirst()
        .map(LocalRuntimes::laneOf)
        .orElseGet(() -> laneOf(inOrder().getFirst().offer()));
  }

  private static Lane laneOf(RuntimeOffer offer) {
    return new Lane(offer.name().text());
  }

  /** Where handles of this host mean something. */
  String site() {
    return sandbox.offer().site();
  }

  /** Where attempts of this host lie. */
  Path workFolder() {
    return area.folder();
  }

  /** The full streams of executors. */
  LogFolder logs() {
    return area.logs();
  }

  /** What runs goes on; what is idle is given back. */
  @Override
  public void close() {
    process.close();
    sandbox.close();
  }
}
