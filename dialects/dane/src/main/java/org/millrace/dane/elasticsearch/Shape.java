package org.millrace.dane.elasticsearch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.millrace.dane.PythonJson;
import org.millrace.domain.value.Value;

/**
 * JSON with holes, to be compared with JSON that came in. A text that begins with a dollar sign is
 * a hole, which any text, number or truth value fits. A list whose first item is the text {@code
 * "$many"} stands for one or more of its second item. Everything else fits itself alone, whatever
 * the order of fields. Immutable.
 */
final class Shape {
  private static final String MANY = "$many";

  private final Value form;

  private Shape(Value form) {
    this.form = form;
  }

  /** A shape as it is written here. */
  static Shape of(String json) {
    try {
      return new Shape(PythonJson.read(json));
    } catch (PythonJson.NotJson wrong) {
      throw new IllegalArgumentException(json, wrong);
    }
  }

  /** How a value compares. */
  sealed interface Fit {}

  /**
   * It has the shape.
   *
   * @param holes what stood in each, in the order of the value; one for each hole, but where there
   *     may be many
   */
  record Fits(Map<String, List<Value>> holes) implements Fit {

    /** What stood in a hole of this shape, at least once. */
    List<Value> all(String hole) {
      List<Value> all = holes.get(hole);
      if (all == null) {
        throw new IllegalArgumentException("this shape has no hole $" + hole);
      }
      return all;
    }

    Value first(String hole) {
      return all(hole).getFirst();
    }
  }

  /**
   * It has another shape.
   *
   * @param place of the first difference: {@code query.bool.must[1].fuzzy}
   * @param agreed how many pieces before it were the same: of several shapes, the one with the most
   *     is the one that was meant
   */
  record Differs(String place, int agreed) implements Fit {}

  /**
   * Compares.
   *
   * @param place what the value is called
   */
  Fit fit(Value value, String place) {
    var comparison = new Comparison();
    return comparison.same(form, value, place)
        ? new Fits(comparison.holes)
        : new Differs(comparison.place, comparison.agreed);
  }

  /** One comparison, up to the first difference. */
  private static final class Comparison {
    final Map<String, List<Value>> holes = new LinkedHashMap<>();
    String place = "";
    int agreed;

    boolean same(Value shape, Value value, String at) {
      return switch (shape) {
        case Value.Text(String text) when text.startsWith("$") ->
            fills(text.substring(1), value, at);
        case Value.Fields(Map<String, Value> fields) -> sameFields(fields, value, at);
        case Value.Items(List<Value> items) when isMany(items) -> allSame(items.get(1), value, at);
        case Value.Items(List<Value> items) -> sameItems(items, value, at);
        case Value.Text _, Value.Numeral _, Value.Truth _, Value.Nothing _ ->
            shape.equals(value) ? agrees() : differs(at);
      };
    }

    private static boolean isMany(List<Value> items) {
      return items.size() == 2 && items.getFirst().equals(new Value.Text(MANY));
    }

    private boolean fills(String hole, Value value, String at) {
      return switch (value) {
        case Value.Text _, Value.Numeral _, Value.Truth _ -> {
          holes.computeIfAbsent(hole, _ -> new ArrayList<>()).add(value);
          yield agrees();
        }
        case Value.Nothing _, Value.Items _, Value.Fields _ -> differs(at);
      };
    }

    private boolean sameFields(Map<String, Value> shape, Value value, String at) {
      if (!(value instanceof Value.Fields(Map<String, Value> fields))) {
        return differs(at);
      }
      for (String name : fields.keySet()) {
        if (!shape.containsKey(name)) {
          return differs(at + "." + name);
        }
      }
      for (Map.Entry<String, Value> each : shape.entrySet()) {
        Value given = fields.get(each.getKey());
        agreed++;
        if (given == null) {
          return differs(at);
        }
        if (!same(each.getValue(), given, at + "." + each.getKey())) {
          return false;
        }
      }
      return true;
    }

    private boolean sameItems(List<Value> shape, Value value, String at) {
      if (!(value instanceof Value.Items(List<Value> items))) {
        return differs(at);
      }
      int both = Math.min(shape.size(), items.size());
      boolean begin =
          IntStream.range(0, both)
              .allMatch(i -> same(shape.get(i), items.get(i), at + "[" + i + "]"));
      if (!begin) {
        return false;
      }
      if (shape.size() == items.size()) {
        return agrees();
      }
      return differs(items.size() > both ? at + "[" + both + "]" : at);
    }

    private boolean allSame(Value shape, Value value, String at) {
      if (!(value instanceof Value.Items(List<Value> items)) || items.isEmpty()) {
        return differs(at);
      }
      return IntStream.range(0, items.size())
          .allMatch(i -> same(shape, items.get(i), at + "[" + i + "]"));
    }

    private boolean agrees() {
      agreed++;
      return true;
    }

    private boolean differs(String at) {
      place = at;
      return false;
    }
  }
}
