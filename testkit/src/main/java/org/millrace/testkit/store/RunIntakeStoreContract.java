package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.testkit.Fixtures.aSpec;
import static org.millrace.testkit.Fixtures.at;
import static org.millrace.testkit.RunFixture.aRun;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunEvent;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.run.RunState;
import org.millrace.domain.task.ExternalId;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.engine.runs.RunIntakeStore;
import org.millrace.engine.runs.RunIntakeStore.NewEdge;
import org.millrace.engine.runs.RunIntakeStore.NewNode;
import org.millrace.engine.runs.RunStore.Leaving;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.testkit.RunFixture;

/** What {@link RunIntakeStore} promises. */
public abstract class RunIntakeStoreContract extends RunContract {
  private static final ExternalId KEY = new ExternalId("api", "once");

  private Optional<RunId> begin(RunFixture run) {
    return store.runIntake().begin(run.run(), run.spec(), Optional.empty());
  }

  private Optional<RunId> begin(RunFixture run, ExternalId name) {
    return store.runIntake().begin(run.run(), run.spec(), Optional.of(name));
  }

  private void arrive(RunFixture run) {
    store.runs().apply(run.id(), new RunEvent.Arrived(), at(0));
  }

  private List<RunId> arriving(long before) {
    return store.runIntake().arrivingSince(at(before), 9);
  }

  @Test
  void a_run_is_there_as_it_was_given_once_it_has_arrived() {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("zebra", "o'hara \u6C34");
    tags.put("ant", "");
    var spec =
        new RunSpec(
            new Owner("ada"),
            "api",
            Optional.of("a name"),
            Optional.of("quotes ' \" \\ line\nbreak"),
            tags,
            FailurePolicy.HOLD);
    RunFixture run = aRun("run").with(spec).createdAt(at(5)).single("a", "b").edge(0, 1);

    run.submit(store);

    assertThat(store.runViews().find(RUN).orElseThrow().spec()).isEqualTo(spec);
    assertThat(store.runViews().find(RUN).orElseThrow().spec().tags().keySet())
        .containsExactly("zebra", "ant");
    assertThat(run(RUN).state()).isEqualTo(RunState.RUNNING);
    assertThat(run(RUN)).usingRecursiveComparison().ignoringFields("state").isEqualTo(run.run());
    assertThat(store.runViews().nodes(RUN, 0, 9))
        .isEqualTo(run.nodes().stream().map(NewNode::node).toList());
  }

  @Test
  void every_kind_of_plan_is_kept() {
    List<NodePlan> plans =
        List.of(
            new NodePlan.Single(aSpec(), true),
            new NodePlan.Single(aSpec(), false),
            new NodePlan.Each(new Value.Text("${nodes.a.values.list}"), aSpec(), 7),
            new NodePlan.Item(new Value.Items(List.of(new Value.Nothing())), 3),
            new NodePlan.Barrier(),
            new NodePlan.Adopted(new TaskId("theirs")));
    RunFixture run = aRun("run");
    for (int place = 0; place < plans.size(); place++) {
      run = run.node("n" + place, plans.get(place));
    }

    run.submit(store);

    for (int place = 0; place < plans.size(); place++) {
      assertThat(store.runViews().plan(RUN, place)).contains(plans.get(place));
    }
  }

  @Test
  void edges_keep_their_conditions_and_whether_they_lead() {
    var condition =
        new Condition(
            new Reference.OfNode(
                new NodeKey("a"), new ValuePath(List.of(new ValuePath.Step.Field("state")))),
            new Condition.Test.Among(List.of(new Value.Text("COMPLETE"))));
    aRun("run")
        .single("a", "b", "c")
        .edge(0, 1, condition)
        .edge(new NewEdge(0, 2, Optional.empty(), false))
        .submit(store);

    assertThat(store.runs().leaving(RUN, 0, 9))
        .containsExactly(
            new Leaving(node(1), Optional.of(condition), true),
            new Leaving(node(2), Optional.empty(), false));
  }

  @Test
  void nodes_that_an_edge_names_may_come_later() {
    RunFixture run = aRun("run").single("a", "b", "c").edge(0, 1).edge(1, 2);
    begin(run);

    store.runIntake().add(RUN, List.of(), run.edges());
    store.runIntake().add(RUN, run.nodes().subList(2, 3), List.of());
    store.runIntake().add(RUN, run.nodes().subList(0, 2), List.of());
    arrive(run);

    assertThat(store.runViews().nodes(RUN, 0, 9))
        .extracting(RunNode::place)
        .containsExactly(0, 1, 2);
    assertThat(edges())
        .containsExactly(
            new StoredEdge(0, 1, true, Optional.empty()),
            new StoredEdge(1, 2, true, Optional.empty()));
  }

  @Test
  void nobody_sees_a_run_that_is_arriving() {
    RunFixture run = aRun("run").single("a", "b").edge(0, 1);

    run.bring(store);

    assertThat(store.runViews().find(RUN)).isEmpty();
    assertThat(listed()).isEmpty();
    assertThat(store.runs().busy(Optional.empty(), 9)).isEmpty();
    assertThat(store.runs().ready(RUN, 9)).isEmpty();
    assertThat(store.runViews().node(RUN, 0)).isEmpty();
    assertThat(store.runViews().plan(RUN, 0)).isEmpty();
    assertThat(store.runViews().nodes(RUN, 0, 9)).isEmpty();
    assertThat(edges()).isEmpty();
  }

  @Test
  void an_external_id_names_the_first_run_that_arrived_under_it() {
    RunFixture first = aRun("first").single("a");

    assertThat(begin(first, KEY)).isEmpty();
    store.runIntake().add(first.id(), first.nodes(), first.edges());
    assertThat(store.runIntake().arrived(KEY)).isEmpty();
    arrive(first);

    assertThat(store.runIntake().arrived(KEY)).contains(first.id());
    assertThat(store.runIntake().arrived(new ExternalId("other face", "once"))).isEmpty();

    assertThat(begin(aRun("second"), KEY)).contains(first.id());
    arrive(aRun("second"));
    assertThat(listed()).containsExactly(first.id());
    assertThat(begin(aRun("third"), new ExternalId("other face", "once"))).isEmpty();
  }

  @Test
  void a_run_that_is_arriving_under_an_external_id_is_taken_over_and_cannot_arrive_any_more() {
    RunFixture first = aRun("first").single("a");
    begin(first, KEY);

    assertThat(begin(aRun("second"), KEY)).isEmpty();

    assertThat(arriving(-99)).as("there is something to remove").containsExactly(first.id());
    assertThatThrownBy(() -> store.runIntake().add(first.id(), first.nodes(), List.of()))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Conflict.class));
    assertThat(store.runs().apply(first.id(), new RunEvent.Arrived(), at(0))).isEmpty();
    arrive(aRun("second"));
    assertThat(listed()).containsExactly(new RunId("second"));
    store.runIntake().drop(first.id());
    assertThat(arriving(99)).isEmpty();
    assertThat(begin(aRun("third"), KEY)).contains(new RunId("second"));
  }

  @Test
  void only_one_of_many_that_begin_at_once_under_an_external_id_arrives() throws Exception {
    List<Callable<Optional<RunId>>> callers =
        IntStream.range(0, 8)
            .<Callable<Optional<RunId>>>mapToObj(caller ->
                () -> {
                  RunFixture run = aRun("run-" + caller);
                  Optional<RunId> known = begin(run, KEY);
                  arrive(run);
                  return known;
                })
            .toList();

    AtOnce.run(callers);

    assertThat(listed()).hasSize(1);
  }

  @Test
  void a_run_is_not_stored_twice() {
    begin(aRun("run"));

    assertThatThrownBy(() -> begin(aRun("run"))).isInstanceOf(RuntimeException.class);
  }

  @Test
  void a_piece_is_stored_as_a_whole_or_not_at_all() {
    RunFixture run = aRun("run").single("a", "b", "c");
    begin(run);
    store.runIntake().add(RUN, run.nodes().subList(1, 2), List.of());

    assertThatThrownBy(() -> store.runIntake().add(RUN, run.nodes(), List.of()))
        .isInstanceOf(RuntimeException.class);

    arrive(run);
    assertThat(store.runViews().nodes(RUN, 0, 9)).extracting(RunNode::place).containsExactly(1);
  }

  @Test
  void nothing_is_added_to_a_run_that_has_arrived_or_is_not_there() {
    RunFixture run = aRun("run").single("a");
    run.submit(store);

    for (RunId id : List.of(RUN, new RunId("nobody"))) {
      assertThatThrownBy(() -> store.runIntake().add(id, List.of(), List.of(edge())))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal ->
                  assertThat(refusal.failure().message())
                      .contains("run " + id + " does not arrive any more"));
    }
    assertThat(edges()).isEmpty();
  }

  private static NewEdge edge() {
    return new NewEdge(0, 1, Optional.empty(), true);
  }

  @Test
  void of_a_dropped_run_nothing_is_left() {
    RunFixture run = aRun("run").single("a", "b").edge(0, 1);
    begin(run, KEY);
    store.runIntake().add(RUN, run.nodes(), run.edges());

    store.runIntake().drop(RUN);

    assertThat(arriving(99)).isEmpty();
    assertThat(store.runs().apply(RUN, new RunEvent.Arrived(), at(0))).isEmpty();
    assertThat(begin(run, KEY)).as("its id and its name can be given again").isEmpty();
    arrive(run);
    assertThat(store.runViews().nodes(RUN, 0, 9)).isEmpty();
    assertThat(edges()).isEmpty();
  }

  @Test
  void a_large_run_is_dropped_whole() {
    RunFixture run = aRun("run");
    begin(run);
    for (int piece = 0; piece < 5; piece++) {
      int from = 700 * piece;
      store
          .runIntake()
          .add(
              RUN,
              IntStream.range(from, from + 700)
                  .mapToObj(place ->
                      new NewNode(
                          RunNode.planned(place, new NodeKey("n" + place), 0, 0),
                          new NodePlan.Barrier()))
                  .toList(),
              IntStream.range(from, from + 700)
                  .mapToObj(place -> new NewEdge(place, place + 1, Optional.empty(), true))
                  .toList());
    }

    store.runIntake().drop(RUN);

    begin(run);
    arrive(run);
    assertThat(store.runViews().nodes(RUN, 0, 9)).isEmpty();
    assertThat(edges()).isEmpty();
  }

  @Test
  void only_what_is_arriving_is_dropped() {
    aRun("run").single("a").submit(store);

    store.runIntake().drop(RUN);
    store.runIntake().drop(new RunId("nobody"));

    assertThat(listed()).containsExactly(RUN);
    assertThat(node(0).key()).isEqualTo(new NodeKey("a"));
  }

  @Test
  void runs_that_never_arrived_are_found_by_when_they_were_begun_the_oldest_first() {
    aRun("done").createdAt(at(1)).submit(store);
    begin(aRun("early").createdAt(at(10)));
    begin(aRun("late").createdAt(at(30)));
    begin(aRun("later").createdAt(at(31)));

    assertThat(arriving(10)).isEmpty();
    assertThat(arriving(11)).containsExactly(new RunId("early"));
    assertThat(arriving(31)).containsExactly(new RunId("early"), new RunId("late"));
    assertThat(store.runIntake().arrivingSince(at(99), 1)).containsExactly(new RunId("early"));
  }

  @Test
  void interruption_is_left_pending() {
    RunFixture run = aRun("run").single("a");

    assertThat(interrupted(() -> begin(run))).isEmpty();
    interrupted(() -> {
      store.runIntake().add(RUN, run.nodes(), List.of());
      return "added";
    });

    assertThat(arriving(99)).containsExactly(RUN);
  }
}
