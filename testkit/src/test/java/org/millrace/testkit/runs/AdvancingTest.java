package org.millrace.testkit.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.Fixtures.NORTH;
import static org.millrace.testkit.Fixtures.aTask;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.RunFixture.aRun;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.NodeEvent;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.domain.value.Value;
import org.millrace.engine.StorePorts;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.Runs;
import org.millrace.testkit.RunFixture;
import org.millrace.testkit.TaskSteps;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.store.Intercepted.Call;

/** However much there is to do in one run, it is done in pieces, and others have their turn. */
final class AdvancingTest {
  private static final int MANY = 2500;
  private static final int AT_ONCE = 1000;

  private final StorePorts store = new InMemoryStore().ports();
  private final TaskSteps north = new TaskSteps(store, NORTH);
  private final Runs runs = Wired.on(store);
  private final List<Call> calls = new ArrayList<>();
  private final Runs watched = Wired.on(Wired.watched(store, calls::add));

  @Test
  void nodes_are_made_anew_a_thousand_rows_at_a_time() throws Exception {
    RunId star = completed("star", MANY);
    rerun(star, "n0");

    watched.advancer().runOnce();

    assertThat(run(star).state()).isEqualTo(RunState.COMPLETE);
    assertThat(nodes(star)).hasSize(MANY + 1).allMatch(node -> node.generation() == 2);
    assertThat(calls("forget")).hasSize(3).allMatch(call -> rows(call) <= AT_ONCE);
    assertThat(calls("apply")).allMatch(call -> Wired.changes(call) <= AT_ONCE);
  }

  @Test
  void items_go_a_thousand_at_a_time() throws Exception {
    RunId spread = aRun("run").spread("s").id();
    aRun("run").spread("s").submit(store);
    apply(NodeChange.of(spread, nodes(spread).getFirst(), new NodeEvent.Spread(MANY)));
    apply(
        NodeChange.of(spread, nodes(spread).getFirst(), new NodeEvent.ItemsMade(0, MANY))
            .with(items()));
    runs.requests().cancel(spread, Caller.ANONYMOUS);
    rerun(spread, "s");

    watched.advancer().runOnce();

    assertThat(nodes(spread)).as("its list is empty now").hasSize(1);
    assertThat(run(spread).state()).isEqualTo(RunState.COMPLETE);
    assertThat(calls("forget")).hasSize(3).allMatch(call -> rows(call) <= AT_ONCE);
  }

  private static List<NewNode> items() {
    return IntStream.range(0, MANY)
        .mapToObj(item ->
            new NewNode(
                RunNode.item(1 + item, new NodeKey("s[" + item + "]"), 0),
                new NodePlan.Item(new Value.Text("x"), item)))
        .toList();
  }

  @Test
  void other_runs_go_on_while_nodes_of_one_are_made_anew() throws Exception {
    RunId star = completed("star", MANY);
    rerun(star, "n0");
    barriers("other", 1).submit(store);

    watched.advancer().runOnce();

    int rewound =
        IntStream.range(0, calls.size())
            .filter(call ->
                calls.get(call).arguments().stream().anyMatch(RunEvent.Rewound.class::isInstance))
            .findFirst()
            .orElseThrow();
    assertThat(calls.subList(0, rewound))
        .anyMatch(call -> Wired.changes(call) > 0 && isOf(call, new RunId("other")));
  }

  private static boolean isOf(Call call, RunId run) {
    return call.arguments().getFirst() instanceof List<?> changes
        && changes.stream()
            .anyMatch(change -> change instanceof NodeChange of && of.run().equals(run));
  }

  @Test
  void what_failed_in_the_middle_is_done_again() throws Exception {
    RunId star = completed("star", MANY);
    rerun(star, "n0");
    for (int failing = 1; failing <= 6; failing++) {
      Runs unlucky = failingAt(failing);
      assertThatThrownBy(() -> unlucky.advancer().runOnce()).isInstanceOf(Refusal.class);
      assertThat(run(star).state()).isEqualTo(RunState.REWINDING);
    }

    Runs unlucky = failingAt(4);
    assertThatThrownBy(() -> unlucky.advancer().runOnce()).isInstanceOf(Refusal.class);
    unlucky.advancer().runOnce();

    assertThat(run(star).state()).isEqualTo(RunState.COMPLETE);
    assertThat(run(star).tally().open()).isZero();
    assertThat(store.runs().edges(star, -1, -1, MANY)).allMatch(edge -> edge.mark().isPresent());
  }

  /** Its store is away for one call: before so many pieces are read or written. */
  private Runs failingAt(int piece) {
    var pieces = new AtomicInteger();
    return Wired.on(
        Wired.watched(
            store,
            call -> {
              if (!call.method().equals("busy") && pieces.incrementAndGet() == piece) {
                throw new Refusal(new Failure.Unavailable("the store is away", Duration.ZERO));
              }
            }));
  }

  @Test
  void many_runs_are_made_anew_side_by_side_or_one_after_the_other() throws Exception {
    List<RunId> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(completed("run-" + i, 3));
    }
    all.forEach(run -> rerun(run, "n1"));

    runs.advancer().runOnce();

    assertThat(all)
        .allSatisfy(run -> {
          assertThat(run(run).state()).isEqualTo(RunState.COMPLETE);
          assertThat(nodes(run)).extracting(RunNode::generation).containsExactly(1, 2, 1, 1);
        });
  }

  /** They wait for their tasks to end, and are older. */
  @Test
  void a_thousand_runs_that_stop_keep_no_other_from_going_on() throws Exception {
    store.heartbeats().announce(NORTH, at(1000));
    for (int i = 0; i < AT_ONCE; i++) {
      RunFixture run = aRun("stops-" + i).single("a");
      run.submit(store);
      RunNode node = nodes(run.id()).getFirst();
      var task = aTask("task-" + i);
      apply(NodeChange.of(run.id(), node, new NodeEvent.Begun(task.id())).as(task.newTask()));
    }
    north.claimAll(aTask().lane(), at(0)).forEach(claimed -> north.begin(claimed.task()));
    for (int i = 0; i < AT_ONCE; i++) {
      store.runs().apply(new RunId("stops-" + i), new RunEvent.CancelRequested("ada"), at(1));
    }
    barriers("last", 1).submit(store);

    runs.advancer().runOnce();

    assertThat(run(new RunId("stops-999")).state()).isEqualTo(RunState.CANCELING);
    assertThat(run(new RunId("last")).state()).isEqualTo(RunState.COMPLETE);
  }

  // Fixtures

  /** A node before so many others; all of them end by themselves. */
  private static RunFixture barriers(String id, int after) {
    RunFixture run = aRun(id).node("n0", new NodePlan.Barrier());
    for (int place = 1; place <= after; place++) {
      run = run.node("n" + place, new NodePlan.Barrier()).edge(0, place);
    }
    return run;
  }

  private RunId completed(String id, int after) throws InterruptedException {
    RunFixture run = barriers(id, after);
    run.submit(store);
    runs.advancer().runOnce();
    assertThat(run(run.id()).state()).isEqualTo(RunState.COMPLETE);
    return run.id();
  }

  private void rerun(RunId run, String... from) {
    runs.requests().rerun(run, Arrays.stream(from).map(NodeKey::new).toList(), Caller.ANONYMOUS);
  }

  private List<Call> calls(String method) {
    return calls.stream().filter(call -> call.method().equals(method)).toList();
  }

  /** How many rows a call forgets. */
  private static int rows(Call call) {
    return call.arguments().stream()
        .mapToInt(argument -> argument instanceof List<?> list ? list.size() : 0)
        .sum();
  }

  private void apply(NodeChange change) {
    assertThat(store.runs().apply(List.of(change), at(1)).getFirst().orElseThrow().changed())
        .isTrue();
  }

  private List<RunNode> nodes(RunId run) {
    return store.runViews().nodes(run, 0, Integer.MAX_VALUE);
  }

  private Run run(RunId id) {
    return store.runViews().find(id).orElseThrow().run();
  }
}
