package org.millrace.server.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.millrace.domain.task.Lane;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.runtimes.inprocess.InProcessRuntime;
import org.millrace.runtimes.local.ProcessRuntime;
import org.millrace.runtimes.local.SandboxRuntime;
import org.millrace.runtimes.steps.StepsRuntime;

/** What is said of lanes. */
final class LaneSection {
  /** Not taken from its class, which is to be loaded only where there are containers. */
  private static final String CONTAINER = "container";

  /** Of all routes of workers; each has as much room. */
  private static final String DANE = "dane";

  /** Most messages out at once on a route; the rest waits in the store. */
  static final int WINDOW = 1000;

  private static final int MOST = 1_000_000;

  /** Those that have no slots of their own: what the lane lets through runs. */
  private static final Set<String> WITHOUT_SLOTS =
      Set.of(CONTAINER, StepsRuntime.NAME.text(), InProcessRuntime.NAME.text());

  private LaneSection() {}

  /**
   * Those that something is said of. Each runtime has the lane of its name, with as much room as it
   * has slots.
   */
  static Map<Lane, LaneRule> read(
      SettingsReader read,
      HostSection host,
      ContainerSection containers,
      RuntimeSection steps,
      RuntimeSection inProcess) {
    Map<String, Integer> usual =
        new TreeMap<>(
            Map.of(
                CONTAINER,
                containers.slots(),
                SandboxRuntime.NAME.text(),
                host.slots(),
                ProcessRuntime.NAME.text(),
                host.slots(),
                StepsRuntime.NAME.text(),
                steps.slots(),
                InProcessRuntime.NAME.text(),
                inProcess.slots(),
                DANE,
                WINDOW));
    Set<String> named = read.names("lanes");
    Map<Lane, LaneRule> lanes = new LinkedHashMap<>();
    usual.forEach((name, slots) -> {
      LaneRule rule = lane(read, name, slots);
      if (named.contains(name)) {
        lanes.put(rule.lane(), rule);
      }
    });
    String known = String.join(", ", usual.keySet());
    named.stream()
        .filter(name -> !usual.containsKey(name))
        .forEach(name -> read.refuse("lanes." + name, "there is no such lane; there are " + known));
    return lanes;
  }

  /** A container starts as soon as its inputs are there; on this host they wait for a slot. */
  private static int most(String name, int slots) {
    return WITHOUT_SLOTS.contains(name) ? slots : MOST;
  }

  private static LaneRule lane(SettingsReader read, String name, int slots) {
    return new LaneRule(
        new Lane(name),
        read.integer("lanes." + name + ".limit", slots, 1, most(name, slots)),
        name.equals(DANE) ? Counts.ALL : Counts.THIS_SERVER,
        read.choice("lanes." + name + ".when-full", WhenFull.class, WhenFull.WAIT));
  }
}
