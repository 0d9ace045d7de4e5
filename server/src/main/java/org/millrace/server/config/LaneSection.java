package org.millrace.server.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.millrace.domain.task.Lane;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.runtimes.local.ProcessRuntime;
import org.millrace.runtimes.local.SandboxRuntime;

/** What is said of lanes. */
final class LaneSection {
  /** Not taken from its class, which is to be loaded only where there are containers. */
  private static final String CONTAINER = "container";

  private LaneSection() {}

  /**
   * Those that something is said of. Each runtime has the lane of its name, with as much room as it
   * has slots.
   */
  static Map<Lane, LaneRule> read(
      SettingsReader read, HostSection host, ContainerSection containers) {
    Map<String, Integer> usual =
        new TreeMap<>(
            Map.of(
                CONTAINER,
                containers.slots(),
                SandboxRuntime.NAME.text(),
                host.slots(),
                ProcessRuntime.NAME.text(),
                host.slots()));
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

  /** A container starts as soon as its inputs are there; the others then wait for a slot. */
  private static int most(String name, int slots) {
    return name.equals(CONTAINER) ? slots : 1_000_000;
  }

  private static LaneRule lane(SettingsReader read, String name, int slots) {
    return new LaneRule(
        new Lane(name),
        read.integer("lanes." + name + ".limit", slots, 1, most(name, slots)),
        Counts.THIS_SERVER,
        read.choice("lanes." + name + ".when-full", WhenFull.class, WhenFull.WAIT));
  }
}
