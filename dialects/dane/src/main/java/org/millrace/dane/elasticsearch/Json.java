package org.millrace.dane.elasticsearch;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.dane.PythonJson;
import org.millrace.domain.value.Value;

/** Small pieces of answers. */
final class Json {
  private Json() {}

  static Value.Numeral number(long number) {
    return new Value.Numeral(Long.toString(number));
  }

  static Value.Fields object(String name, Value value) {
    return new Value.Fields(Map.of(name, value));
  }

  static Value.Fields object(String one, Value value, String two, Value other) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put(one, value);
    fields.put(two, other);
    return new Value.Fields(fields);
  }

  /** What joins an object to its parent. */
  static Value.Fields role(String name, String parent) {
    return object("name", new Value.Text(name), "parent", new Value.Text(parent));
  }

  static byte[] bytes(Value value) {
    return PythonJson.line(value).getBytes(StandardCharsets.US_ASCII);
  }
}
