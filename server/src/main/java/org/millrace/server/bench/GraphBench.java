package org.millrace.server.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.BrokenGraph;
import org.millrace.domain.graph.Edge;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.run.RunPlan.PlannedEdge;
import org.millrace.domain.run.RunPlan.PlannedNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.value.Value;
import org.millrace.engine.Engine;
import org.millrace.server.MillraceServer;
import org.millrace.server.TemporaryFolder;

/**
 * What the edges of a graph cost: no-ops that wait for each other, beside no-ops that do not. In a
 * graph a no-op is done at once; so the same is measured with work that takes an attempt each.
 */
final class GraphBench {
  private static final int NODES = 10_000;
  private static final int MANY = 100_000;
  private static final int LAYER = 100;
  private static final int EDGES_OF_EACH = 3;
  private static final int SUBMITTERS = 64;
  private static final double ALLOWED = 1.3;
  private static final double ALLOWED_FOR_MANY = 12;
  private static final int LONG_CHAIN = 1_000;
  private static final TaskSpec NO_OP = task("noop", Value.NOTHING);
  private static final TaskSpec ATTEMPTED = sleep("0");
  private static final List<TaskSpec> BRANCHES = List.of(sleep("1"), sleep("1.5"), sleep("2"));
  private static final double LONGEST_BRANCH = 2;

  /** How the nodes of a graph wait for each other. */
  private enum Shape {
    /** One, then all others but one, then that. */
    WIDE,
    /** One after the other. */
    DEEP,
    /** Layers of a hundred, each node after three of the layer before. */
    LAYERED
  }

  private GraphBench() {}

  static Result run() throws IOException, InterruptedException, ExecutionException {
    try (var folder = TemporaryFolder.create("millrace-bench");
        MillraceServer server =
            MillraceServer.open(NoOps.config(folder.path().resolve("data"), Map.of()))) {
      server.start();
      Engine engine = server.engine();
      BenchCommand.say("warming up");
      unconnected(engine, NODES / 4);
      for (Shape shape : Shape.values()) {
        seconds(engine, shape, NO_OP, NODES / 10);
        seconds(engine, shape, ATTEMPTED, NODES / 10);
      }
      BenchCommand.say(NODES + " unconnected tasks");
      double alone = unconnected(engine, NODES);
      BenchCommand.say(String.format(Locale.ROOT, "%.2f s; as nodes, done at once", alone));
      double wide = seconds(engine, Shape.WIDE, NO_OP, NODES);
      double deep = seconds(engine, Shape.DEEP, NO_OP, NODES);
      double layered = seconds(engine, Shape.LAYERED, NO_OP, NODES);
      BenchCommand.say(
          String.format(
              Locale.ROOT,
              "%.2f s wide, %.2f s deep, %.2f s layered; as nodes with attempts",
              wide,
              deep,
              layered));
      double wideAttempts = seconds(engine, Shape.WIDE, ATTEMPTED, NODES);
      double layeredAttempts = seconds(engine, Shape.LAYERED, ATTEMPTED, NODES);
      double chain = seconds(engine, Shape.DEEP, ATTEMPTED, LONG_CHAIN);
      BenchCommand.say(
          String.format(
              Locale.ROOT,
              "%.2f s wide, %.2f s layered; %d nodes", // last: they fill the store
              wideAttempts,
              layeredAttempts,
              MANY));
      double many = seconds(engine, Shape.LAYERED, NO_OP, MANY);
      double manyAttempts = seconds(engine, Shape.LAYERED, ATTEMPTED, MANY);
      double diamond = seconds(engine, diamond());
      double slowest =
          Stream.of(wide, deep, layered, wideAttempts, layeredAttempts)
              .max(Double::compare)
              .orElseThrow();
      double growth = Math.max(many / layered, manyAttempts / layeredAttempts);
      return Result.ofTime(
              "graph",
              Math.max(slowest / alone / ALLOWED, growth / ALLOWED_FOR_MANY),
              "of its budget",
              1.0,
              ALLOWED
                  + " times "
                  + NODES
                  + " unconnected tasks for the slowest of five graphs, and "
                  + ALLOWED_FOR_MANY
                  + " times these for "
                  + MANY
                  + " nodes",
              1.0)
          .with("unconnected_seconds", alone)
          .with("wide_factor", wide / alone)
          .with("deep_factor", deep / alone)
          .with("layered_factor", layered / alone)
          .with("factor_of_100000_nodes", many / layered)
          .with("attempts_wide_factor", wideAttempts / alone)
          .with("attempts_layered_factor", layeredAttempts / alone)
          .with("attempts_factor_of_100000_nodes", manyAttempts / layeredAttempts)
          .with("attempts_chain_ms_per_node", chain * 1000 / LONG_CHAIN)
          .with("diamond_over_its_longest_branch", diamond / LONGEST_BRANCH)
          .with("peak_resident_mb", peakResidentMegabytes());
    }
  }

  private static TaskSpec sleep(String seconds) {
    return task("sleep", new Value.Fields(Map.of("seconds", new Value.Numeral(seconds))));
  }

  private static TaskSpec task(String handler, Value arguments) {
    return new TaskSpec(
        Owner.ANONYMOUS,
        "bench",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        TaskSpec.NORMAL_PRIORITY,
        new InProcessWork(handler, arguments),
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }

  private static double unconnected(Engine engine, int tasks)
      throws InterruptedException, ExecutionException {
    double perSecond =
        NoOps.<ExecutionException>perSecond(
            engine,
            tasks,
            () -> {
              try (var threads =
                  Executors.newFixedThreadPool(SUBMITTERS, Thread.ofVirtual().factory())) {
                List<Future<?>> submitted = new ArrayList<>();
                for (int i = 0; i < tasks; i++) {
                  submitted.add(
                      threads.submit(() -> engine.submitTask().submit(NO_OP, Optional.empty())));
                }
                for (Future<?> one : submitted) {
                  one.get();
                }
              }
            });
    return tasks / perSecond;
  }

  private static double seconds(Engine engine, Shape shape, TaskSpec task, int nodes)
      throws InterruptedException {
    return seconds(engine, plan(shape, task, nodes));
  }

  private static double seconds(Engine engine, RunPlan plan) throws InterruptedException {
    long begin = System.nanoTime();
    RunId id = engine.runs().submit().submit(plan, Optional.empty());
    Run run = current(engine, id);
    while (!run.state().isFinal()) {
      long heard = engine.news().runs().rings();
      run = current(engine, id);
      if (!run.state().isFinal()) {
        engine.news().runs().await(heard, Duration.ofMillis(100));
      }
    }
    if (run.state() != RunState.COMPLETE) {
      throw new IllegalStateException("a graph of no-ops ended " + run.state());
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  private static Run current(Engine engine, RunId id) {
    return engine.runs().views().find(id, Caller.ANONYMOUS).run();
  }

  private static RunPlan plan(Shape shape, TaskSpec task, int nodes) {
    List<PlannedNode> planned =
        IntStream.range(0, nodes)
            .mapToObj(place -> new PlannedNode(key(place), new NodePlan.Single(task)))
            .toList();
    List<PlannedEdge> edges = new ArrayList<>();
    for (int place = 1; place < nodes; place++) {
      switch (shape) {
        case DEEP -> edges.add(edge(place - 1, place));
        case WIDE -> {
          if (place < nodes - 1) {
            edges.add(edge(0, place));
            edges.add(edge(place, nodes - 1));
          }
        }
        case LAYERED -> {
          int before = place / LAYER * LAYER - LAYER;
          for (int i = 0; before >= 0 && i < EDGES_OF_EACH; i++) {
            edges.add(edge(before + (place + i) % LAYER, place));
          }
        }
      }
    }
    return plan(planned, edges);
  }

  /** One, then three that take their time, then one. */
  private static RunPlan diamond() {
    List<PlannedNode> planned = new ArrayList<>();
    List<PlannedEdge> edges = new ArrayList<>();
    int last = BRANCHES.size() + 1;
    planned.add(new PlannedNode(key(0), new NodePlan.Single(ATTEMPTED)));
    for (int branch = 1; branch < last; branch++) {
      planned.add(new PlannedNode(key(branch), new NodePlan.Single(BRANCHES.get(branch - 1))));
      edges.add(edge(0, branch));
      edges.add(edge(branch, last));
    }
    planned.add(new PlannedNode(key(last), new NodePlan.Single(ATTEMPTED)));
    return plan(planned, edges);
  }

  private static RunPlan plan(List<PlannedNode> planned, List<PlannedEdge> edges) {
    var spec =
        new RunSpec(
            Owner.ANONYMOUS,
            "bench",
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            FailurePolicy.STOP);
    try {
      return RunPlan.of(spec, planned, edges);
    } catch (BrokenGraph broken) {
      throw new IllegalStateException("later nodes wait for earlier ones only", broken);
    }
  }

  private static NodeKey key(int place) {
    return new NodeKey("n" + place);
  }

  private static PlannedEdge edge(int from, int to) {
    return new PlannedEdge(new Edge(key(from), key(to)), Optional.empty());
  }

  private static double peakResidentMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElse(0);
  }
}
