package org.millrace.api.graph;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The names that a kind of map may have, and what is done with what stands after each. Names that
 * are none of them, or are there twice, are faults. Immutable once built; thread-safe.
 *
 * @param <T> what gathers what was read
 */
final class Fields<T> {
  private final Map<String, Field<T>> fields = new LinkedHashMap<>();
  private Set<String> needed = Set.of();

  /** Reads the value after a name. */
  @FunctionalInterface
  interface Field<T> {
    void read(Cursor in, T into) throws IOException;
  }

  Fields<T> with(String name, Field<T> field) {
    fields.put(name, field);
    return this;
  }

  /** All of another table as well, for a part of what this one fills. */
  <U> Fields<T> withEach(Fields<U> others, Function<T, U> part) {
    others.fields.forEach(
        (name, field) -> fields.put(name, (in, whole) -> field.read(in, part.apply(whole))));
    return this;
  }

  /** With names that must be there. */
  Fields<T> needing(String... names) {
    needed = new LinkedHashSet<>(List.of(names));
    return this;
  }

  Set<String> names() {
    return fields.keySet();
  }

  /**
   * Reads a map.
   *
   * @return the names that were there, whatever came of them; empty if it is no map
   */
  Optional<Set<String>> read(Cursor in, T into) throws IOException {
    if (!in.isAt(JsonToken.START_OBJECT)) {
      return in.wants("a map");
    }
    Spot begin = in.spot();
    Set<String> given = new LinkedHashSet<>();
    in.eachName((name, spot) -> {
      @Nullable Field<T> field = fields.get(name);
      if (field == null) {
        in.fault(spot, unknown(name));
        in.skip();
      } else if (!given.add(name)) {
        in.fault(spot, "is there twice");
        in.skip();
      } else {
        field.read(in, into);
      }
    });
    Set<String> missing = new LinkedHashSet<>(needed);
    missing.removeAll(given);
    if (!missing.isEmpty()) {
      in.fault(
          begin, String.join(", ", missing) + (missing.size() == 1 ? " is" : " are") + " missing");
    }
    return Optional.of(given);
  }

  private String unknown(String name) {
    return Nearest.of(name, names())
        .map(meant -> "there is no such key; did you mean '" + meant + "'?")
        .orElseGet(() -> "there is no such key; there are " + String.join(", ", names()));
  }
}
