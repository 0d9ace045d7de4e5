package org.millrace.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.ReferenceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.value.Value;

/**
 * Reads and writes a {@link Value} as the JSON that it stands for. How deep it may be nested and
 * how long its texts may be is up to the parser. Stateless, thread-safe.
 */
public final class ValueJson {
  private ValueJson() {}

  /** For a mapper: a {@link Value} in a record is the JSON that it stands for. */
  public static Module module() {
    return new SimpleModule("values") {
      private static final long serialVersionUID = 1L;

      @Override
      public void setupModule(SetupContext mapper) {
        super.setupModule(mapper);
        mapper.addDeserializers(new OfMaybe());
      }
    }.addSerializer(Value.class, new Writer())
        .addDeserializer(Value.class, new Reader())
        .addDeserializer(Value.Fields.class, new FieldsReader())
        .addDeserializer(Value.Numeral.class, new NumeralReader());
  }

  /**
   * Reads the value that the parser stands at, or that comes first; the parser stands at its last
   * token afterwards.
   *
   * @throws IOException if it is no JSON. A field that is there twice counts as it is there last
   */
  public static Value read(JsonParser json) throws IOException {
    JsonToken token = json.hasCurrentToken() ? json.currentToken() : json.nextToken();
    if (token == null) {
      throw new JsonParseException(json, "there is nothing to read");
    }
    return switch (token) {
      case START_OBJECT -> fields(json);
      case START_ARRAY -> items(json);
      case VALUE_STRING -> new Value.Text(json.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(json);
      case VALUE_TRUE -> new Value.Truth(true);
      case VALUE_FALSE -> new Value.Truth(false);
      case VALUE_NULL -> Value.NOTHING;
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new JsonParseException(json, "no value begins here");
    };
  }

  /** Writes it, fields in their order and numbers with their digits. */
  public static void write(Value value, JsonGenerator json) throws IOException {
    switch (value) {
      case Value.Text(String text) -> json.writeString(text);
      case Value.Numeral(String digits) -> json.writeNumber(digits);
      case Value.Truth(boolean isTrue) -> json.writeBoolean(isTrue);
      case Value.Nothing _ -> json.writeNull();
      case Value.Items(List<Value> items) -> {
        json.writeStartArray();
        for (Value item : items) {
          write(item, json);
        }
        json.writeEndArray();
      }
      case Value.Fields(Map<String, Value> fields) -> {
        json.writeStartObject();
        for (Map.Entry<String, Value> field : fields.entrySet()) {
          json.writeFieldName(field.getKey());
          write(field.getValue(), json);
        }
        json.writeEndObject();
      }
    }
  }

  private static Value fields(JsonParser json) throws IOException {
    Map<String, Value> fields = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      fields.put(name, read(json));
    }
    return new Value.Fields(fields);
  }

  private static Value items(JsonParser json) throws IOException {
    List<Value> items = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      items.add(read(json));
    }
    return new Value.Items(items);
  }

  /** What other formats than JSON call numbers may have no digits: that is a text here. */
  private static Value number(JsonParser json) throws IOException {
    String digits = json.getText();
    return Value.Numeral.isNumber(digits) ? new Value.Numeral(digits) : new Value.Text(digits);
  }

  /** Finds the reader of values that may be absent, before Jackson's own. */
  private static final class OfMaybe extends Deserializers.Base {
    @Override
    public @Nullable JsonDeserializer<?> findReferenceDeserializer(
        ReferenceType type,
        DeserializationConfig config,
        BeanDescription bean,
        @Nullable TypeDeserializer typed,
        @Nullable JsonDeserializer<?> content) {
      return type.hasRawClass(Optional.class) && type.getContentType().hasRawClass(Value.class)
          ? new MaybeReader()
          : null;
    }
  }

  /** Where only a map may stand. */
  private static final class FieldsReader extends StdDeserializer<Value.Fields> {
    private static final long serialVersionUID = 1L;

    FieldsReader() {
      super(Value.Fields.class);
    }

    @Override
    public Value.Fields deserialize(JsonParser json, DeserializationContext mapper)
        throws IOException {
      if (read(json) instanceof Value.Fields fields) {
        return fields;
      }
      throw MismatchedInputException.from(json, Value.Fields.class, "no map");
    }
  }

  /** Where only a number may stand. */
  private static final class NumeralReader extends StdDeserializer<Value.Numeral> {
    private static final long serialVersionUID = 1L;

    NumeralReader() {
      super(Value.Numeral.class);
    }

    @Override
    public Value.Numeral deserialize(JsonParser json, DeserializationContext mapper)
        throws IOException {
      if (read(json) instanceof Value.Numeral number) {
        return number;
      }
      throw MismatchedInputException.from(json, Value.Numeral.class, "no number");
    }
  }

  /** A value that is absent is none; {@code null} is {@link Value.Nothing}, which is one. */
  private static final class MaybeReader extends StdDeserializer<Optional<Value>> {
    private static final long serialVersionUID = 1L;

    MaybeReader() {
      super(Optional.class);
    }

    @Override
    public Optional<Value> deserialize(JsonParser json, DeserializationContext mapper)
        throws IOException {
      return Optional.of(read(json));
    }

    @Override
    public Optional<Value> getNullValue(DeserializationContext mapper) {
      return Optional.of(Value.NOTHING);
    }

    @Override
    public Optional<Value> getAbsentValue(DeserializationContext mapper) {
      return Optional.empty();
    }
  }

  private static final class Writer extends StdSerializer<Value> {
    private static final long serialVersionUID = 1L;

    Writer() {
      super(Value.class);
    }

    @Override
    public void serialize(Value value, JsonGenerator json, SerializerProvider mapper)
        throws IOException {
      write(value, json);
    }
  }

  private static final class Reader extends StdDeserializer<Value> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(Value.class);
    }

    @Override
    public Value deserialize(JsonParser json, DeserializationContext mapper) throws IOException {
      return read(json);
    }

    @Override
    public Value getNullValue(DeserializationContext mapper) {
      return Value.NOTHING;
    }
  }
}
