package org.millrace.dane;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;

/**
 * A result as a worker writes it ({@code contracts/dane.md 2.3}): the bare inside, or wrapped in
 * {@code result}.
 *
 * @param generator with its name in upper case, and all that nobody knows kept
 * @param payload empty unless there is one
 */
public record GivenResult(Value.Fields generator, Value.Fields payload) {
  private static final String PLACE = "result";
  private static final Set<String> KEYS =
      Set.of("generator", "payload", "_id", "api", "created_at", "updated_at");

  /**
   * Reads one.
   *
   * @throws Refusal invalid, with what is wrong
   */
  public static GivenResult of(Value value) {
    Map<String, Value> fields = fields(value);
    Value whole = fields.size() == 1 ? fields.getOrDefault(PLACE, value) : value;
    fields = fields(whole);
    if (!KEYS.containsAll(fields.keySet())
        || !(fields.get("generator") instanceof Value.Fields generator)) {
      throw Refusal.invalid(PLACE, "Invalid result format");
    }
    for (String key : List.of("id", "type", "name", "homepage")) {
      if (!generator.values().containsKey(key)) {
        throw Refusal.invalid(
            PLACE + ".generator", "`generator` requires a value for `" + key + "`");
      }
    }
    if (!(generator.values().get("type") instanceof Value.Text(String type))
        || !GivenDocument.CREATOR_TYPES.contains(type)) {
      throw Refusal.invalid(
          PLACE + ".generator.type",
          "Invalid generator type. Valid types are: "
              + String.join(", ", GivenDocument.CREATOR_TYPES));
    }
    return new GivenResult(withUpperName(generator), payload(fields));
  }

  private static Map<String, Value> fields(Value value) {
    if (!(value instanceof Value.Fields(Map<String, Value> fields))) {
      throw Refusal.invalid(PLACE, "Invalid result format");
    }
    return fields;
  }

  private static Value.Fields withUpperName(Value.Fields generator) {
    if (!(generator.values().get("name") instanceof Value.Text(String name)) || name.isBlank()) {
      throw Refusal.invalid(
          PLACE + ".generator.name", "`generator.name` must be a text that is not empty");
    }
    Map<String, Value> fields = new LinkedHashMap<>(generator.values());
    fields.put("name", new Value.Text(PythonText.upper(name)));
    return new Value.Fields(fields);
  }

  private static Value.Fields payload(Map<String, Value> fields) {
    return switch (fields.getOrDefault("payload", new Value.Fields(Map.of()))) {
      case Value.Fields payload -> payload;
      case Value.Text _, Value.Numeral _, Value.Truth _, Value.Nothing _, Value.Items _ ->
          throw Refusal.invalid(PLACE + ".payload", "`payload` must be an object");
    };
  }
}
