package org.millrace.sdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker answers ({@code contracts/dane.md 3.6}).
 *
 * @param state one of {@link State} or any other number
 * @param message for people
 * @param more further fields: kept in the job era, dropped in the document era
 */
public record Answer(int state, String message, ObjectNode more) {
  public Answer {
    more = more.deepCopy();
    more.remove(List.of("state", "message"));
  }

  /** An answer without further fields. */
  public static Answer of(int state, String message) {
    return new Answer(state, message, Json.object());
  }

  /** 200, {@code Success}. */
  public static Answer success() {
    return of(State.SUCCESS, "Success");
  }

  /** 500 with this message. */
  public static Answer error(String message) {
    return of(State.ERROR, message);
  }

  /** The same answer with one field more; values are what JSON can hold. */
  public Answer with(String field, @Nullable Object value) {
    ObjectNode fields = more.deepCopy();
    fields.set(field, Json.of(value));
    return new Answer(state, message, fields);
  }

  /**
   * Reads an answer: an object with state, a number or the text of one, and message; JSON text that
   * holds such an object is decoded once more.
   *
   * @throws IllegalArgumentException if it is anything else; the message says what
   */
  public static Answer fromJson(String text) {
    try {
      JsonNode read = Json.read(text);
      return fromJson(read.isTextual() ? Json.read(read.textValue()) : read);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the answer is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Answer fromJson(JsonNode json) {
    if (!(json instanceof ObjectNode fields)) {
      throw new IllegalArgumentException(
          "the answer is a JSON " + PythonText.typeOf(json) + ", not an object");
    }
    if (!fields.hasNonNull("state") || !fields.hasNonNull("message")) {
      throw new IllegalArgumentException("the answer needs the fields `state` and `message`");
    }
    int state;
    try {
      state = Fields.whole(fields.get("state"), "the state of the answer");
    } catch (DaneException.Malformed e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return new Answer(state, PythonText.str(fields.get("message")), fields);
  }

  /** State and message first. */
  public ObjectNode toJson() {
    return Json.object().put("state", state).put("message", message).setAll(more);
  }
}
