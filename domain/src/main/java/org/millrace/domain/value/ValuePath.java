package org.millrace.domain.value;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A way into a {@link Value}.
 *
 * @param steps none for the whole of it
 */
public record ValuePath(List<Step> steps) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

  public ValuePath {
    steps = List.copyOf(steps);
  }

  /** One step of it. */
  public sealed interface Step {
    /** To a field of a map. */
    record Field(String name) implements Step {}

    /**
     * To an item of a list.
     *
     * @param number from 0
     */
    record Item(int number) implements Step {
      public Item {
        if (number < 0) {
          throw new IllegalArgumentException("items count from 0, not " + number);
        }
      }
    }
  }

  /** What is at the end of a path. */
  public sealed interface Looked {
    record Found(Value value) implements Looked {}

    /**
     * It leads nowhere.
     *
     * @param why with what is there instead; nothing of the data itself
     */
    record Missing(String why) implements Looked {}
  }

  /** What is left of it after so many steps. */
  public ValuePath from(int steps) {
    return new ValuePath(this.steps.subList(steps, this.steps.size()));
  }

  /** Follows it. */
  public Looked in(Value whole) {
    Value at = whole;
    for (int i = 0; i < steps.size(); i++) {
      Looked next = step(at, steps.get(i), i);
      if (!(next instanceof Looked.Found(Value value))) {
        return next;
      }
      at = value;
    }
    return new Looked.Found(at);
  }

  private Looked step(Value at, Step step, int number) {
    return switch (step) {
      case Step.Field(String name) ->
          at instanceof Value.Fields(Map<String, Value> fields)
              ? found(fields.get(name), number, "has no field '" + name + "'")
              : missing(number, "is " + at.kind() + ", which has no fields");
      case Step.Item(int item) ->
          at instanceof Value.Items(List<Value> items)
              ? found(
                  item < items.size() ? items.get(item) : null,
                  number,
                  "has " + items.size() + " items, and so none of number " + item)
              : missing(number, "is " + at.kind() + ", which has no items");
    };
  }

  private Looked found(@Nullable Value value, int number, String otherwise) {
    return value == null ? missing(number, otherwise) : new Looked.Found(value);
  }

  private Looked missing(int number, String why) {
    return new Looked.Missing(
        (number == 0 ? "it" : "its " + new ValuePath(steps.subList(0, number))) + " " + why);
  }

  /** As it is written after the name of a node's values: {@code .files[0]["odd name"]}. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (Step step : steps) {
      switch (step) {
        case Step.Item(int number) -> text.append('[').append(number).append(']');
        case Step.Field(String name) when PLAIN.matcher(name).matches() ->
            text.append('.').append(name);
        case Step.Field(String name) ->
            text.append("[\"")
                .append(name.replace("\\", "\\\\").replace("\"", "\\\""))
                .append("\"]");
      }
    }
    return text.toString();
  }
}
