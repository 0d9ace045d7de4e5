package org.millrace.dane;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;

/**
 * A task as clients, the web page and workers write it ({@code contracts/dane.md 2.2}).
 *
 * @param key in upper case
 * @param priority 0 to 10
 * @param args what the worker is told besides
 */
public record GivenTask(String key, int priority, Value.Fields args) {
  static final String MISTAKE = "Invalid task format";

  /** Most bytes of the arguments as JSON, as workers get them. */
  static final int MOST_ARGS = 1 << 20;

  /** Most bytes of a key, whatever type of document it is assigned to. */
  private static final int LONGEST_KEY =
      WorkerWork.LONGEST_ROUTE - (GivenDocument.LONGEST_TYPE + ".").length();

  private static final String PLACE = "task";
  private static final int USUAL_PRIORITY = 1;
  private static final int MOST_PRIORITY = 10;

  /** Keys that are never arguments; an argument of such a name can be sent inside {@code args}. */
  private static final Set<String> NO_ARGUMENTS =
      Set.of("key", "priority", "_id", "api", "state", "msg", "created_at", "updated_at");

  /**
   * Reads one in any of its shapes: flat; with a {@code task} inside, whose keys give way to those
   * outside.
   *
   * @throws Refusal invalid: {@link #MISTAKE}, or what is wrong with its key, priority or arguments
   */
  public static GivenTask of(Value value) {
    if (!(value instanceof Value.Fields outer)) {
      throw mistake();
    }
    Map<String, Value> fields = unwrapped(outer.values());
    if (!fields.containsKey("key") || fields.containsKey("_id")) {
      throw mistake();
    }
    return new GivenTask(key(fields), priority(fields), args(fields));
  }

  /** The same, of the key alone. */
  static GivenTask ofKey(String key) {
    return of(new Value.Fields(Map.of("key", new Value.Text(key))));
  }

  private static Map<String, Value> unwrapped(Map<String, Value> outer) {
    Value inner = outer.get("task");
    if (inner == null) {
      return outer;
    }
    if (!(inner instanceof Value.Fields(Map<String, Value> fields))) {
      throw mistake();
    }
    Map<String, Value> merged = new LinkedHashMap<>(fields);
    outer.forEach((name, value) -> {
      if (!name.equals("task")) {
        merged.put(name, value);
      }
    });
    return merged;
  }

  private static String key(Map<String, Value> fields) {
    if (!(fields.get("key") instanceof Value.Text(String key))
        || key.isBlank()
        || key.indexOf('\0') >= 0) {
      throw Refusal.invalid(PLACE + ".key", "Task `key` must be a text that is not empty");
    }
    String upper = PythonText.upper(key);
    if (upper.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY) {
      throw Refusal.invalid(
          PLACE + ".key",
          "Task `key` has more than "
              + LONGEST_KEY
              + " bytes: with a type of document it makes a routing key of more than "
              + WorkerWork.LONGEST_ROUTE
              + " bytes");
    }
    return upper;
  }

  private static int priority(Map<String, Value> fields) {
    Value given = fields.get("priority");
    if (given == null) {
      return USUAL_PRIORITY;
    }
    OptionalInt priority = PythonInt.clamped(given, 0, MOST_PRIORITY);
    return priority.orElseThrow(
        () -> Refusal.invalid(PLACE + ".priority", "Task `priority` must be a number"));
  }

  /** All that is left is an argument, unless it is {@code args} alone, which holds them. */
  private static Value.Fields args(Map<String, Value> fields) {
    Map<String, Value> left = new LinkedHashMap<>(fields);
    left.keySet().removeAll(NO_ARGUMENTS);
    Optional<Value> alone =
        left.size() == 1 ? Optional.ofNullable(left.get("args")) : Optional.empty();
    Value.Fields args = alone.map(GivenTask::object).orElseGet(() -> new Value.Fields(left));
    if (PythonJson.length(args) > MOST_ARGS) {
      throw Refusal.invalid(
          PLACE + ".args", "Task `args` must have at most " + MOST_ARGS + " bytes as JSON");
    }
    return args;
  }

  private static Value.Fields object(Value args) {
    return switch (args) {
      case Value.Fields fields -> fields;
      case Value.Nothing _ -> new Value.Fields(Map.of());
      case Value.Text _, Value.Numeral _, Value.Truth _, Value.Items _ -> throw mistake();
    };
  }

  private static Refusal mistake() {
    return Refusal.invalid(PLACE, MISTAKE);
  }
}
