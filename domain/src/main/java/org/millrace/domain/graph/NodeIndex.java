package org.millrace.domain.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Names of nodes to places and back. Of nodes with one name the first counts. */
final class NodeIndex {
  private final List<NodeKey> keys;
  private final Map<NodeKey, Integer> places;

  NodeIndex(List<NodeKey> keys) {
    this.keys = List.copyOf(keys);
    this.places = HashMap.newHashMap(keys.size());
    for (int place = 0; place < keys.size(); place++) {
      places.putIfAbsent(keys.get(place), place);
    }
  }

  int size() {
    return keys.size();
  }

  NodeKey key(int place) {
    return keys.get(place);
  }

  OptionalInt find(NodeKey key) {
    @Nullable Integer place = places.get(key);
    return place == null ? OptionalInt.empty() : OptionalInt.of(place);
  }

  int place(NodeKey key) {
    return find(key).orElseThrow();
  }
}
