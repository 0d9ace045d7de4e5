package org.millrace.engine.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.engine.runs.RunStore.StoredEdge;

class EnteringEdgesTest {
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 7, 100})
  void however_many_are_read_at_once_the_first_of_each_place_are_there(int atOnce) {
    for (int seed = 0; seed < 200; seed++) {
      List<StoredEdge> stored = edges(new Random(seed));
      int[] reads = {0};

      Map<Integer, List<StoredEdge>> edges =
          EnteringEdges.of(
              1,
              8,
              3,
              atOnce,
              from -> {
                reads[0]++;
                return from(stored, from, 8).stream().limit(atOnce).toList();
              });

      assertThat(edges).as("seed %d", seed).isEqualTo(expected(stored));
      assertThat(reads[0]).as("seed %d", seed).isLessThanOrEqualTo(9);
    }
  }

  private static List<StoredEdge> edges(Random random) {
    List<StoredEdge> edges = new ArrayList<>();
    for (int to = 0; to < 10; to++) {
      int many = random.nextInt(3) == 0 ? random.nextInt(20) : random.nextInt(4);
      for (int from = 0; from < many; from++) {
        edges.add(new StoredEdge(100 + from, to, true, Optional.empty()));
      }
    }
    return edges;
  }

  private static List<StoredEdge> from(List<StoredEdge> stored, int first, int last) {
    return stored.stream().filter(edge -> edge.to() >= first && edge.to() <= last).toList();
  }

  private static Map<Integer, List<StoredEdge>> expected(List<StoredEdge> stored) {
    Map<Integer, List<StoredEdge>> expected = new HashMap<>();
    for (StoredEdge edge : from(stored, 1, 8)) {
      List<StoredEdge> of = expected.computeIfAbsent(edge.to(), _ -> new ArrayList<>());
      if (of.size() < 3) {
        of.add(edge);
      }
    }
    return expected;
  }
}
