package org.millrace.engine.staging;

import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.domain.value.Value;

/** Keeps credentials in URLs out of sight, where they stand in foreign data. Pure. */
public final class ValueSecrets {
  private ValueSecrets() {}

  /** A value for people: of each text in it, at whatever depth, as {@link UrlSecrets#masked}. */
  public static Value masked(Value value) {
    return switch (value) {
      case Value.Text(String text) -> new Value.Text(UrlSecrets.masked(text));
      case Value.Items(var items) ->
          new Value.Items(items.stream().map(ValueSecrets::masked).toList());
      case Value.Fields(Map<String, Value> fields) -> {
        Map<String, Value> masked = new LinkedHashMap<>();
        fields.forEach((name, field) -> masked.put(name, masked(field)));
        yield new Value.Fields(masked);
      }
      case Value.Numeral _, Value.Truth _, Value.Nothing _ -> value;
    };
  }
}
