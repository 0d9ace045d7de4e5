package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.EdgeMark;
import org.millrace.domain.run.Entries;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeEvent.MadeAnew;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.RunNode;
import org.millrace.engine.runs.RewindPlan.Anew;
import org.millrace.engine.runs.RunStore.EdgeAt;
import org.millrace.engine.runs.RunStore.StoredEdge;

final class RewindPlanTest {
  @Test
  void those_after_a_node_are_made_anew_and_no_others() {
    // 0 -> 1 -> 3, 0 -> 2 -> 3, 4
    var plan =
        plan(
            List.of(
                ended(0, Entries.of(0)),
                ended(1, taken(1)),
                ended(2, taken(1)),
                ended(3, taken(2)),
                ended(4, Entries.of(0))),
            List.of(
                edge(0, 1, EdgeMark.TAKEN),
                edge(0, 2, EdgeMark.TAKEN),
                edge(1, 3, EdgeMark.TAKEN),
                edge(2, 3, EdgeMark.TAKEN)),
            1);

    assertThat(places(plan)).containsExactly(1, 3);
    assertThat(all(plan.unmarked())).containsExactly(new EdgeAt(1, 3));
    assertThat(event(plan, 1)).isEqualTo(new MadeAnew(3, NodeState.READY, taken(1)));
    assertThat(event(plan, 3))
        .isEqualTo(new MadeAnew(3, NodeState.WAITING, new Entries(1, 1, 0, 0)));
  }

  @Test
  void what_was_never_told_is_still_to_be_told() {
    var plan =
        plan(
            List.of(failed(0), ended(1, Entries.of(0)), waiting(2, new Entries(1, 1, 0, 0))),
            List.of(edge(0, 2, null), edge(1, 2, EdgeMark.TAKEN)),
            0);

    assertThat(places(plan)).containsExactly(0, 2);
    assertThat(all(plan.unmarked())).isEmpty();
    assertThat(event(plan, 2))
        .isEqualTo(new MadeAnew(3, NodeState.WAITING, new Entries(1, 1, 0, 0)));
  }

  @Test
  void of_a_spread_node_only_the_items_named_are_made_anew() {
    // 0 is spread over 2, 3, 4; 0 -> 1
    var plan =
        plan(
            List.of(
                ended(0, new Entries(0, 2, 1, 0)),
                ended(1, new Entries(0, 0, 1, 0)),
                item(2, 0, NodeEnd.COMPLETED, false),
                item(3, 0, NodeEnd.FAILED, false),
                item(4, 0, NodeEnd.COMPLETED, true)),
            List.of(edge(0, 1, EdgeMark.BARRED)),
            3);

    assertThat(places(plan)).containsExactly(0, 1, 3);
    assertThat(all(plan.unmarked())).containsExactly(new EdgeAt(0, 1));
    assertThat(all(plan.dropped())).isEmpty();
    assertThat(event(plan, 3)).isEqualTo(new MadeAnew(3, NodeState.READY, Entries.of(0)));
    assertThat(event(plan, 0))
        .as("one item is made anew, one has not told its end")
        .isEqualTo(new MadeAnew(3, NodeState.SPREAD, new Entries(2, 1, 0, 0)));
    assertThat(event(plan, 1)).isEqualTo(new MadeAnew(3, NodeState.WAITING, Entries.of(1)));
  }

  @Test
  void a_spread_node_that_is_after_another_one_is_spread_anew() {
    var plan =
        plan(
            List.of(
                ended(0, Entries.of(0)),
                ended(1, new Entries(0, 1, 0, 0)),
                item(2, 1, NodeEnd.FAILED, false)),
            List.of(edge(0, 1, EdgeMark.TAKEN)),
            0,
            2);

    assertThat(places(plan)).containsExactly(0, 1);
    assertThat(all(plan.dropped())).containsExactly(2);
    assertThat(event(plan, 1)).isEqualTo(new MadeAnew(3, NodeState.WAITING, Entries.of(1)));
  }

  @Test
  void a_place_that_is_gone_is_passed_over() {
    assertThat(places(plan(List.of(ended(0, Entries.of(0))), List.of(), 7))).isEmpty();
  }

  @Test
  void a_chain_of_a_hundred_thousand_is_an_ordinary_graph() {
    int all = 100_000;
    List<RunNode> nodes = new ArrayList<>();
    IntStream.range(0, all).forEach(i -> nodes.add(ended(i, i == 0 ? Entries.of(0) : taken(1))));
    List<StoredEdge> edges =
        IntStream.range(1, all).mapToObj(i -> edge(i - 1, i, EdgeMark.TAKEN)).toList();

    assertThat(places(plan(nodes, edges, 0))).hasSize(all);
  }

  private static RewindPlan plan(List<RunNode> nodes, List<StoredEdge> edges, Integer... from) {
    var rows = new RewindRows();
    nodes.forEach(rows::add);
    edges.forEach(rows::add);
    return new RewindPlan(3, rows, List.of(from));
  }

  private static <T> List<T> all(Iterator<T> of) {
    List<T> all = new ArrayList<>();
    of.forEachRemaining(all::add);
    return all;
  }

  private static List<Integer> places(RewindPlan plan) {
    return all(plan.anew()).stream().map(Anew::place).toList();
  }

  private static MadeAnew event(RewindPlan plan, int place) {
    return all(plan.anew()).stream()
        .filter(node -> node.place() == place)
        .map(Anew::event)
        .findFirst()
        .orElseThrow();
  }

  private static Entries taken(int edges) {
    return new Entries(0, edges, 0, 0);
  }

  private static StoredEdge edge(int from, int to, @Nullable EdgeMark mark) {
    return new StoredEdge(from, to, true, Optional.ofNullable(mark));
  }

  private static RunNode ended(int place, Entries entries) {
    return node(place, NodeState.ENDED, entries, NodeEnd.COMPLETED, OptionalInt.empty(), false);
  }

  private static RunNode failed(int place) {
    return node(place, NodeState.ENDED, Entries.of(0), NodeEnd.FAILED, OptionalInt.empty(), false);
  }

  private static RunNode waiting(int place, Entries entries) {
    return node(place, NodeState.WAITING, entries, null, OptionalInt.empty(), false);
  }

  private static RunNode item(int place, int parent, NodeEnd end, boolean telling) {
    return node(place, NodeState.ENDED, Entries.of(0), end, OptionalInt.of(parent), telling);
  }

  private static RunNode node(
      int place,
      NodeState state,
      Entries entries,
      @Nullable NodeEnd end,
      OptionalInt parent,
      boolean telling) {
    return new RunNode(
        place,
        new NodeKey("n" + place),
        1,
        state,
        1,
        entries,
        Optional.ofNullable(end),
        Optional.empty(),
        Optional.empty(),
        parent,
        telling,
        0);
  }
}
