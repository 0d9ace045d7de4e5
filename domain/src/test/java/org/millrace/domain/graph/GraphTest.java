package org.millrace.domain.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.domain.graph.BrokenGraph.Cycle;
import org.millrace.domain.graph.BrokenGraph.Dangling;
import org.millrace.domain.graph.BrokenGraph.Duplicate;
import org.millrace.domain.graph.BrokenGraph.Empty;
import org.millrace.domain.graph.BrokenGraph.Repeated;

/** What makes a plan one that can be carried out, and how it is walked. */
final class GraphTest {
  private static final int MANY = 100_000;

  @Test
  void a_diamond_has_one_start_one_end_and_a_join_that_waits_for_both_sides() throws Exception {
    Graph graph = graph("a b c d", "a-b a-c b-d c-d");

    assertThat(graph.starts().mapToObj(graph::node)).containsExactly(key("a"));
    assertThat(graph.ends().mapToObj(graph::node)).containsExactly(key("d"));
    assertThat(graph.waitsFor(place(graph, "d"))).isEqualTo(2);
    assertThat(graph.leaving(place(graph, "a")).map(graph::to).mapToObj(graph::node))
        .containsExactly(key("b"), key("c"));
    assertThat(graph.entering(place(graph, "d")).map(graph::from).mapToObj(graph::node))
        .containsExactly(key("b"), key("c"));
  }

  @Test
  void nodes_without_edges_are_starts_and_ends() throws Exception {
    Graph graph = graph("a b", "");

    assertThat(graph.starts()).containsExactly(0, 1);
    assertThat(graph.ends()).containsExactly(0, 1);
  }

  @Test
  void a_name_that_is_not_there_has_no_place() throws Exception {
    assertThat(graph("a", "").find(key("b"))).isEmpty();
  }

  @Test
  void a_graph_of_nothing_is_broken() {
    assertThat(faults("", "")).containsExactly(new Empty());
  }

  @Test
  void every_broken_edge_and_doubled_name_is_told() {
    assertThat(faults("a b a a", "a-x y-b a-b a-b a-b"))
        .containsExactly(
            new Duplicate(key("a")),
            new Dangling(edge("a-x"), key("x")),
            new Dangling(edge("y-b"), key("y")),
            new Repeated(edge("a-b")));
  }

  @Test
  void a_cycle_is_told_in_the_order_of_its_edges() {
    assertThat(faults("a b c d e", "a-b b-c c-d d-b d-e"))
        .singleElement()
        .isInstanceOfSatisfying(
            Cycle.class,
            cycle -> {
              assertThat(cycle.length()).isEqualTo(3);
              assertThat(cycle.sentence())
                  .isIn(
                      "nodes wait for each other: b -> c -> d -> b",
                      "nodes wait for each other: c -> d -> b -> c",
                      "nodes wait for each other: d -> b -> c -> d");
            });
  }

  @Test
  void a_node_that_waits_for_itself_is_told_so() {
    assertThat(faults("a", "a-a").getFirst().sentence()).isEqualTo("node 'a' waits for itself");
  }

  @Test
  void a_long_cycle_is_told_in_few_words() {
    List<NodeKey> nodes = numbered(MANY);
    List<Edge> edges = new ArrayList<>(chain(nodes));
    edges.add(new Edge(nodes.getLast(), nodes.getFirst()));

    BrokenGraph broken = catchThrowableOfType(BrokenGraph.class, () -> Graph.of(nodes, edges));

    assertThat(broken.getMessage())
        .startsWith("100000 nodes wait for each other, beginning with ")
        .hasSizeLessThan(200);
  }

  @Test
  void faults_without_end_are_told_up_to_a_bound() {
    List<NodeKey> nodes = List.of(key("a"));
    List<Edge> edges = numbered(MANY).stream().map(to -> new Edge(key("a"), to)).toList();

    BrokenGraph broken = catchThrowableOfType(BrokenGraph.class, () -> Graph.of(nodes, edges));

    assertThat(broken.faults()).hasSize(100);
  }

  @Test
  void a_chain_of_many_nodes_is_an_ordinary_graph() throws Exception {
    List<NodeKey> nodes = numbered(MANY);
    Graph graph = Graph.of(nodes, chain(nodes));

    assertThat(graph.starts()).containsExactly(0);
    assertThat(graph.ends()).containsExactly(MANY - 1);
  }

  @Test
  void one_node_may_wait_for_very_many() throws Exception {
    List<NodeKey> nodes = numbered(MANY);
    List<Edge> edges =
        nodes.subList(0, MANY - 1).stream().map(from -> new Edge(from, nodes.getLast())).toList();

    Graph graph = Graph.of(nodes, edges);

    assertThat(graph.waitsFor(MANY - 1)).isEqualTo(MANY - 1);
    assertThat(graph.starts().count()).isEqualTo(MANY - 1);
  }

  @Test
  void names_of_nodes_are_plain_text_of_a_bounded_length() {
    assertThatThrownBy(() -> new NodeKey("")).hasMessageContaining("1 to 200");
    assertThatThrownBy(() -> new NodeKey("x".repeat(201))).hasMessageContaining("201");
    assertThatThrownBy(() -> new NodeKey("a\nb")).hasMessageContaining("control");
  }

  /** Random small graphs, judged by following every path. */
  @Test
  void a_graph_is_refused_exactly_when_some_node_comes_after_itself() {
    int broken = 0;
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      List<NodeKey> nodes = numbered(1 + random.nextInt(9));
      boolean[][] joined = new boolean[nodes.size()][nodes.size()];
      List<Edge> edges = new ArrayList<>();
      for (int i = random.nextInt(2 * nodes.size()); i > 0; i--) {
        int from = random.nextInt(nodes.size());
        int to = random.nextInt(nodes.size());
        if (!joined[from][to]) {
          joined[from][to] = true;
          edges.add(new Edge(nodes.get(from), nodes.get(to)));
        }
      }
      boolean refused = isRefused(nodes, edges);
      assertThat(refused).as("seed %d: %s", seed, edges).isEqualTo(hasCycle(joined));
      broken += refused ? 1 : 0;
    }
    assertThat(broken).as("both kinds were met").isBetween(200, 1_800);
  }

  private static boolean isRefused(List<NodeKey> nodes, List<Edge> edges) {
    try {
      Graph.of(nodes, edges);
      return false;
    } catch (BrokenGraph broken) {
      assertThat(broken.faults()).singleElement().isInstanceOf(Cycle.class);
      assertThat(isCycle((Cycle) broken.faults().getFirst(), edges)).isTrue();
      return true;
    }
  }

  private static boolean isCycle(Cycle cycle, List<Edge> edges) {
    List<NodeKey> shown = cycle.shown();
    return shown.size() == cycle.length()
        && IntStream.range(0, shown.size())
            .mapToObj(i -> new Edge(shown.get(i), shown.get((i + 1) % shown.size())))
            .allMatch(edges::contains);
  }

  private static boolean hasCycle(boolean[][] joined) {
    int size = joined.length;
    boolean[][] reaches = new boolean[size][];
    for (int i = 0; i < size; i++) {
      reaches[i] = joined[i].clone();
    }
    for (int via = 0; via < size; via++) {
      for (int from = 0; from < size; from++) {
        for (int to = 0; to < size; to++) {
          reaches[from][to] |= reaches[from][via] && reaches[via][to];
        }
      }
    }
    return IntStream.range(0, size).anyMatch(node -> reaches[node][node]);
  }

  private static List<BrokenGraph.Fault> faults(String nodes, String edges) {
    BrokenGraph broken = catchThrowableOfType(BrokenGraph.class, () -> graph(nodes, edges));
    return broken.faults();
  }

  private static Graph graph(String nodes, String edges) throws BrokenGraph {
    return Graph.of(
        words(nodes).stream().map(GraphTest::key).toList(),
        words(edges).stream().map(GraphTest::edge).toList());
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }

  private static NodeKey key(String text) {
    return new NodeKey(text);
  }

  private static Edge edge(String text) {
    String[] ends = text.split("-", 2);
    return new Edge(key(ends[0]), key(ends[1]));
  }

  private static int place(Graph graph, String node) {
    return graph.find(key(node)).orElseThrow();
  }

  private static List<NodeKey> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> key("n" + i)).toList();
  }

  private static List<Edge> chain(List<NodeKey> nodes) {
    return IntStream.range(1, nodes.size())
        .mapToObj(i -> new Edge(nodes.get(i - 1), nodes.get(i)))
        .toList();
  }
}
