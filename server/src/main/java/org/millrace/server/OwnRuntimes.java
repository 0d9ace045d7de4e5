package org.millrace.server;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.placement.RuntimeOffer;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.Work;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.staging.RequestSecrets;
import org.millrace.engine.threads.Threads;
import org.millrace.engine.views.LogFolder;
import org.millrace.runtimes.inprocess.Handlers;
import org.millrace.runtimes.inprocess.InProcessRuntime;
import org.millrace.runtimes.steps.StepHandler;
import org.millrace.runtimes.steps.StepsRuntime;
import org.millrace.runtimes.steps.TcpExchange;
import org.millrace.server.config.RuntimeSection;
import org.millrace.server.config.ServerConfig;
import org.millrace.transfer.ServiceHttp;

/** The runtimes whose work the threads of this server do, and the lane of each. */
final class OwnRuntimes {
  private final List<StepHandler> handlers;
  private final Set<String> inProcess;
  private final List<TaskRuntime> there = new ArrayList<>();
  private final List<RuntimeOffer> absent = new ArrayList<>();
  private final Map<Lane, LaneRule> lanes = new LinkedHashMap<>();

  OwnRuntimes(
      ServerConfig config,
      String site,
      ServiceHttp services,
      RequestSecrets secrets,
      LogFolder logs,
      Threads threads,
      InstantSource clock) {
    var means =
        new StepsRuntime.Means(services, logs, config.runtimes().logLimit(), threads, clock);
    this.handlers = List.of(new TcpExchange(services, threads));
    add(config.steps(), site, new StepsRuntime(means, secrets, handlers));
    var inProcess = new InProcessRuntime(Handlers.all(threads));
    this.inProcess = inProcess.handlers();
    add(config.inProcess(), site, inProcess);
  }

  private void add(RuntimeSection said, String site, TaskRuntime runtime) {
    RuntimeOffer offer = runtime.offer();
    RuntimeName name = offer.name();
    if (said.allowed()) {
      Lane lane = lane(name);
      there.add(runtime);
      lanes.put(lane, new LaneRule(lane, said.slots(), Counts.THIS_SERVER, WhenFull.WAIT));
    } else {
      absent.add(RuntimeOffer.absent(name, site, off(name), offer.runs()));
    }
  }

  private static Cause off(RuntimeName name) {
    return Cause.ofCaller(
        "runtime-off",
        "runtime '" + name + "' is off here: runtimes." + name + " is deny",
        "an operator can set runtimes." + name + " to allow");
  }

  private static Lane lane(RuntimeName name) {
    return new Lane(name.text());
  }

  /** What the server does itself, by name. */
  Set<String> handlers() {
    return inProcess;
  }

  List<TaskRuntime> inOrder() {
    return there;
  }

  List<RuntimeOffer> absent() {
    return absent;
  }

  Map<Lane, LaneRule> lanes() {
    return lanes;
  }

  /** Of steps that are no requests. */
  Set<String> kindsOfSteps() {
    return handlers.stream().map(StepHandler::kind).collect(Collectors.toUnmodifiableSet());
  }

  /** Where work of these kinds waits. */
  static Map<Class<? extends Work>, Lane> usualLanes() {
    return Map.of(
        StepsWork.class, lane(StepsRuntime.NAME), InProcessWork.class, lane(InProcessRuntime.NAME));
  }
}
