package org.millrace.sdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** JSON as Python's codec writes and reads it: ASCII, {@code NaN} allowed, numbers as they are. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A value of Java's as JSON: maps, lists, texts, numbers, booleans, null, JSON itself. */
  static JsonNode of(@Nullable Object value) {
    return MAPPER.valueToTree(value);
  }

  static JsonNode read(String text) throws JsonProcessingException {
    JsonNode read = MAPPER.readTree(text);
    if (read.isMissingNode()) {
      throw new EmptyText();
    }
    return read;
  }

  static String write(JsonNode value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON cannot hold its own tree", e);
    }
  }

  static String pretty(JsonNode value) {
    try {
      return PRETTY.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON cannot hold its own tree", e);
    }
  }

  /** Text of a field, or null where it is missing or null. */
  static @Nullable String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    return value.isMissingNode() || value.isNull() ? null : PythonText.str(value);
  }

  static void putIfKnown(ObjectNode object, String field, @Nullable String value) {
    if (value != null) {
      object.put(field, value);
    }
  }

  static Iterable<String> names(JsonNode object) {
    Iterator<String> names = object.fieldNames();
    return () -> names;
  }

  /** An object, or JSON text of one: what {@code from_json} of the Python library takes. */
  static JsonNode loaded(JsonNode value, String what) {
    if (!value.isTextual()) {
      return value;
    }
    try {
      return read(value.textValue());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(what + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  static JsonNode loaded(String text, String what) {
    return loaded(new TextNode(text), what);
  }

  private static final ObjectWriter PRETTY =
      JsonMapper.builder()
          .build()
          .writer(
              new DefaultPrettyPrinter()
                  .withObjectIndenter(new DefaultIndenter("    ", "\n"))
                  .withArrayIndenter(new DefaultIndenter("    ", "\n")));

  /** Nothing but white space. */
  private static final class EmptyText extends JsonProcessingException {
    EmptyText() {
      super("there is no JSON, only an empty text");
    }
  }
}
