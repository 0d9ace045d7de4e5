package org.millrace.dane.elasticsearch;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.millrace.dane.PythonInt;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;

/**
 * What a search asks for.
 *
 * @param skip how many hits to leave out first
 * @param most how many hits at most after that
 */
record SearchRequest(Query query, SourceFilter source, int skip, int most) {
  /** Hits that can be reached at all ({@code index.max_result_window}). */
  static final int WINDOW = 10_000;

  private static final Set<String> KEYS = Set.of("query", "_source", "from", "size");

  SearchRequest {
    long end = (long) skip + most;
    if (end > WINDOW) {
      throw Refusal.invalid(
          "size",
          "Result window is too large, from + size must be less than or equal to: ["
              + WINDOW
              + "] but was ["
              + end
              + "]");
    }
  }

  /** What the parameters of a request say, which count more than its body. */
  record Parameters(OptionalInt from, OptionalInt size) {
    static final Parameters NONE = new Parameters(OptionalInt.empty(), OptionalInt.empty());
  }

  /**
   * Reads one. A search that says no size gets all there is, up to {@link #WINDOW}, where
   * Elasticsearch gives ten: a document may have more tasks, and a task more results ({@code
   * contracts/dane.md 8}).
   *
   * @throws Refusal invalid: not one of the templates, or beyond the window
   */
  static SearchRequest of(Value body, Parameters parameters) {
    if (!(body instanceof Value.Fields(Map<String, Value> fields))) {
      throw Refusal.invalid("body", "an object was to come, not " + body.kind());
    }
    for (String name : fields.keySet()) {
      if (!KEYS.contains(name)) {
        throw NotUnderstood.at(name);
      }
    }
    Value query = fields.get("query");
    if (query == null) {
      throw NotUnderstood.at("a search without query");
    }
    int skip = parameters.from().orElseGet(() -> number(fields, "from").orElse(0));
    OptionalInt size = parameters.size().isPresent() ? parameters.size() : number(fields, "size");
    return new SearchRequest(
        Templates.read(query),
        Optional.ofNullable(fields.get("_source")).map(SourceFilter::of).orElse(SourceFilter.ALL),
        skip,
        size.orElse(Math.max(0, WINDOW - skip)));
  }

  /** Within bounds of which the sum is a number too. */
  private static OptionalInt number(Map<String, Value> fields, String name) {
    Value value = fields.get(name);
    if (value == null) {
      return OptionalInt.empty();
    }
    OptionalInt number = PythonInt.clamped(value, -1, 1 << 30);
    if (number.isEmpty() || number.getAsInt() < 0) {
      throw Refusal.invalid(name, "a number, 0 or more");
    }
    return number;
  }
}
