package org.millrace.testkit.runs;

import static org.millrace.testkit.Fixtures.LANE;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.at;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.millrace.engine.Engine;
import org.millrace.engine.EngineConfig;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.retention.KeptLogs;
import org.millrace.engine.runs.RunStore;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.Runs;
import org.millrace.engine.threads.TimeOrderedIds;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.testkit.store.Intercepted;
import org.millrace.testkit.store.Intercepted.Call;

/** What a server does with runs, on stores of the test; its loops never start. */
final class Wired {
  private Wired() {}

  static Runs on(StorePorts stores) {
    InstantSource clock = () -> at(1);
    var random = new Random(1);
    var world =
        new Engine.World(
            NORTH, new VirtualThreads(), clock, new TimeOrderedIds(clock, random), random);
    var parts =
        new Engine.Parts(
            stores,
            new Runtimes(List.of()),
            new Lanes(List.of(new LaneRule(LANE, 1, Counts.ALL, WhenFull.WAIT)), Map.of()),
            spec -> spec,
            Documents.Face.NONE,
            _ -> List.of(),
            List.of(),
            KeptLogs.NONE);
    return Engine.wire(world, parts, EngineConfig.DEFAULT).runs();
  }

  /** The same stores; whoever calls the one of runs is seen before. */
  static StorePorts watched(StorePorts stores, Consumer<Call> before) {
    return Intercepted.ports(
        stores,
        call -> {
          if (call.isOf(RunStore.class)) {
            before.accept(call);
          }
          return call.make();
        });
  }

  /** How many changes it brings; 0 if it is not about changes. */
  static int changes(Call call) {
    return call.arguments().getFirst() instanceof List<?> list
            && list.getFirst() instanceof NodeChange
        ? list.size()
        : 0;
  }
}
