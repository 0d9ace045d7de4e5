package org.millrace.runtimes.steps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.millrace.domain.value.Value;
import org.millrace.json.ValueJson;

/** Values as JSON text and back. Numbers keep their digits. */
final class Json {
  private static final int DEEPEST = 200;
  private static final JsonFactory THEIRS = factory(DEEPEST);

  /** What we wrote holds what was theirs, some levels down. */
  private static final JsonFactory OURS = factory(2 * DEEPEST);

  private static final Pattern HALF_CHARACTER = Pattern.compile("\\\\u[dD][89a-fA-F]");

  private Json() {}

  /**
   * Reads what a service sent: one value, and nothing after it. Half characters, which no store
   * takes, are replaced; names that hold some are no JSON to the parser.
   *
   * @throws IOException if it is no JSON, or nested more than 200 deep
   */
  static Value read(String text) throws IOException {
    Value value = read(THEIRS, text);
    return HALF_CHARACTER.matcher(text).find() ? whole(value) : value;
  }

  /** Reads what {@link #text} wrote. */
  static Value stored(String text) {
    try {
      return read(OURS, text);
    } catch (IOException altered) {
      throw new UncheckedIOException("a checkpoint of steps was altered", altered);
    }
  }

  static String text(Value value) {
    var text = new StringWriter();
    try (JsonGenerator json = OURS.createGenerator(text)) {
      ValueJson.write(value, json);
    } catch (IOException impossible) {
      throw new UncheckedIOException("a value cannot be written into memory", impossible);
    }
    return text.toString();
  }

  private static Value read(JsonFactory factory, String text) throws IOException {
    try (JsonParser json = factory.createParser(text)) {
      Value value = ValueJson.read(json);
      if (json.nextToken() != null) {
        throw new JsonParseException(json, "something follows the value");
      }
      return value;
    }
  }

  private static JsonFactory factory(int deepest) {
    return JsonFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(deepest).build())
        .build();
  }

  private static Value whole(Value value) {
    return switch (value) {
      case Value.Text(String text) -> new Value.Text(whole(text));
      case Value.Items(List<Value> items) -> {
        List<Value> all = new ArrayList<>();
        items.forEach(item -> all.add(whole(item)));
        yield new Value.Items(all);
      }
      case Value.Fields(Map<String, Value> fields) -> {
        Map<String, Value> all = new LinkedHashMap<>();
        fields.forEach((name, field) -> all.put(name, whole(field)));
        yield new Value.Fields(all);
      }
      case Value.Numeral _, Value.Truth _, Value.Nothing _ -> value;
    };
  }

  private static String whole(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
