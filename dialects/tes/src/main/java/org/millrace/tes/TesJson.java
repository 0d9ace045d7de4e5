package org.millrace.tes;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Refusal;

/**
 * Reads and writes the wire records. Thread-safe.
 *
 * <p>Contract ({@code contracts/tes.md 2}): in requests {@code null} is the same as absent, and
 * unknown and read-only fields are skipped; a value of a wrong type is refused, with the place
 * where it stands. In answers what is absent is left out. However a request is built, no more than
 * a bounded part of it is ever held.
 */
final class TesJson {
  private static final String BODY = "body";

  /** Of a whole document: names, values, and ends of lists and objects. */
  private static final long MOST_TOKENS = 500_000;

  private static final int MOST_NESTED = 50;

  private final int mostText;
  private final JsonMapper mapper;
  private final ObjectReader tasks;

  TesJson(TesLimits limits) {
    mostText = limits.contentBytes();
    mapper =
        JsonMapper.builder(factory(mostText))
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                LogicalType.Textual,
                text ->
                    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();
    tasks = mapper.readerFor(TesTask.class).withHandler(new UnknownFields.Listener());
  }

  private static JsonFactory factory(int mostText) {
    return JsonFactory.builder()
        .disable(JsonFactory.Feature.CHARSET_DETECTION) // UTF-8, nothing else
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // callers choose the keys of maps
        .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT) // what broke off must not look whole
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxStringLength(mostText)
                .maxTokenCount(MOST_TOKENS)
                .maxNestingDepth(MOST_NESTED)
                .build())
        .build();
  }

  /**
   * The task that a body holds.
   *
   * @param unknown gets the fields that were skipped
   * @throws Refusal {@code Invalid}, naming the place and the reason; or what the body itself
   *     throws when it is too large
   * @throws IOException when the client has gone
   */
  TesTask read(InputStream body, UnknownFields unknown) throws IOException {
    try (JsonParser json = mapper.createParser(body)) {
      TesTask task = tasks.withAttribute(UnknownFields.class, unknown).readValue(json);
      if (task == null) {
        throw Refusal.invalid(BODY, "must be an object with the fields of a task, not null");
      }
      if (json.nextToken() != null) {
        throw Refusal.invalid(BODY, "must be one task; something follows it" + at(json));
      }
      return task;
    } catch (IOException failure) {
      throw refusal(failure);
    }
  }

  /** A value's JSON. */
  byte[] write(Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** A {@code tesListTasksResponse} of these tasks, which are asked for one after another. */
  ListBody list(Iterator<TesTask> page, Optional<String> next) throws IOException {
    return new ListBody(mapper, page, next);
  }

  /** What went wrong, out of the layers that Jackson lays around it. */
  private Refusal refusal(IOException failure) throws IOException {
    String place = failure instanceof JsonMappingException mapping ? place(mapping) : BODY;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case Refusal thrownByTheBody -> {
          return thrownByTheBody;
        }
        case StreamConstraintsException _ -> {
          return Refusal.invalid(place, beyondBounds());
        }
        case MismatchedInputException mismatch -> {
          return Refusal.invalid(place, "must be " + expected(mismatch.getTargetType()));
        }
        case CharConversionException _ -> {
          return Refusal.invalid(place, "is not UTF-8");
        }
        case JsonMappingException _ -> {
          // A layer that only tells the place.
        }
        case JsonProcessingException malformed -> {
          return Refusal.invalid(BODY, "is not valid JSON" + at(malformed.getLocation()));
        }
        case IOException broken -> throw broken;
        default -> {
          // A layer of ours or of the JDK: what it wraps says more.
        }
      }
    }
    throw failure;
  }

  private String beyondBounds() {
    return "goes beyond what is read: texts of "
        + mostText
        + " characters, "
        + MOST_TOKENS
        + " names and values in all, nested "
        + MOST_NESTED
        + " deep";
  }

  /** Like {@code inputs[3].path}. */
  private static String place(JsonMappingException mapping) {
    var place = new StringBuilder();
    for (JsonMappingException.Reference reference : mapping.getPath()) {
      if (reference.getFieldName() == null) {
        place.append('[').append(reference.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(Quoted.shortened(reference.getFieldName()));
      }
    }
    return place.isEmpty() ? BODY : place.toString();
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (type == String.class) {
      return "text";
    }
    if (type == Boolean.class) {
      return "true or false";
    }
    if (Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (List.class.isAssignableFrom(type)) {
      return "a list";
    }
    return Map.class.isAssignableFrom(type) ? "an object of names and texts" : "an object";
  }

  private static String at(JsonParser json) {
    return at(json.currentTokenLocation());
  }

  private static String at(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
