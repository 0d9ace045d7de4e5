package org.millrace.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.run.NodeEnd;
import org.millrace.domain.run.NodeState;
import org.millrace.domain.run.RunState;
import org.millrace.engine.StorePorts;
import org.millrace.engine.runs.RunStore;
import org.millrace.engine.runs.RunStore.NodeChange;
import org.millrace.engine.runs.RunViewStore.RunEventLine;
import org.millrace.engine.runs.RunViewStore.RunQuery;
import org.millrace.testkit.memory.InMemoryStore;

final class RunsSideBySideTest {
  private static final int SEEDS = 20;

  @Test
  void the_calls_reach_every_state_of_nodes_and_runs() {
    Set<String> reached = new TreeSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      StorePorts store = new InMemoryStore().ports();
      new RunsSideBySide(store, new InMemoryStore().ports(), seed).play(500);
      var all = new RunQuery(Optional.empty(), Optional.empty(), Optional.empty(), 10_000);
      store.runViews().list(all).stream()
          .flatMap(head -> store.runViews().history(head.run().id(), 0, 10_000).stream())
          .map(RunEventLine::state)
          .forEach(reached::add);
    }

    assertThat(reached)
        .containsAll(
            Stream.of(NodeState.values())
                .filter(state -> state != NodeState.ENDED)
                .map(NodeState::name)
                .toList())
        .containsAll(Stream.of(NodeEnd.values()).map(NodeEnd::name).toList())
        .containsAll(
            Stream.of(RunState.values())
                .filter(state -> state != RunState.ARRIVING)
                .map(RunState::name)
                .toList());
  }

  @Test
  void an_edge_that_is_not_looked_at_is_found() {
    assertFound(change ->
        new NodeChange(
            change.run(),
            change.place(),
            change.generation(),
            change.event(),
            Optional.empty(),
            change.task(),
            change.items()));
  }

  @Test
  void a_task_that_is_not_stored_is_found() {
    assertFound(change ->
        new NodeChange(
            change.run(),
            change.place(),
            change.generation(),
            change.event(),
            change.over(),
            Optional.empty(),
            change.items()));
  }

  @Test
  void items_that_are_not_stored_are_found() {
    assertFound(change -> change.with(List.of()));
  }

  @Test
  void a_change_that_is_applied_as_of_the_first_generation_is_found() {
    assertFound(change ->
        new NodeChange(
            change.run(),
            change.place(),
            1,
            change.event(),
            change.over(),
            change.task(),
            change.items()));
  }

  @Test
  void nothing_is_found_where_nothing_is_wrong() {
    play(UnaryOperator.identity());
  }

  private static void assertFound(UnaryOperator<NodeChange> fault) {
    assertThatThrownBy(() -> play(fault))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed ");
  }

  private static void play(UnaryOperator<NodeChange> fault) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      StorePorts faulty = with(new InMemoryStore().ports(), fault);
      new RunsSideBySide(faulty, new InMemoryStore().ports(), seed).play(500);
    }
  }

  private static StorePorts with(StorePorts ports, UnaryOperator<NodeChange> fault) {
    return Intercepted.ports(
        ports,
        call ->
            call.isOf(RunStore.class) && call.arguments().getFirst() instanceof List<?> changes
                ? call.makeWith(changes.stream().map(NodeChange.class::cast).map(fault).toList())
                : call.make());
  }
}
