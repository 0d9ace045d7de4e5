package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Work on a document, named by a key ({@code contracts/dane.md 2.2}). A value: it knows the state
 * it had when it was read, and asks nobody.
 *
 * @param key upper case; names the kind of work, and so the workers
 * @param priority 0 to 10; other numbers are clamped
 * @param id 40 hexadecimal digits, or null before it is assigned
 * @param state one of {@link State} or any other number, or null when not known
 * @param message what belongs to the state
 * @param createdAt local time of the server, {@code yyyy-MM-ddThh:mm:ss}, or null
 * @param updatedAt the same
 * @param args free arguments; an empty object when there are none
 */
public record Task(
    String key,
    int priority,
    @Nullable String id,
    @Nullable Integer state,
    @Nullable String message,
    @Nullable String createdAt,
    @Nullable String updatedAt,
    JsonNode args) {
  private static final Set<String> KNOWN =
      Set.of("key", "priority", "_id", "api", "state", "msg", "created_at", "updated_at");

  public Task {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a task needs a key that is not empty");
    }
    key = key.toUpperCase(Locale.ROOT);
    priority = Math.clamp(priority, 0, 10);
    args = args.deepCopy();
  }

  /** A task of priority 1 without arguments. */
  public static Task of(String key) {
    return new Task(key, 1, null, null, null, null, null, Json.object());
  }

  /** The same task with another priority. */
  public Task withPriority(int newPriority) {
    return new Task(key, newPriority, id, state, message, createdAt, updatedAt, args);
  }

  /** The same task with one argument more; values are what JSON can hold. */
  public Task with(String argument, @Nullable Object value) {
    ObjectNode more = args.isObject() ? args.deepCopy() : Json.object();
    more.set(argument, Json.of(value));
    return withArgs(more);
  }

  /** The same task with these arguments instead of its own. */
  public Task withArgs(Map<String, ?> values) {
    return withArgs(Json.of(values));
  }

  private Task withArgs(JsonNode values) {
    return new Task(key, priority, id, state, message, createdAt, updatedAt, values);
  }

  Task assigned(String newId, String at) {
    return new Task(key, priority, newId, State.CREATED, "Created", at, at, args);
  }

  Task in(int newState, String newMessage, String at) {
    return new Task(key, priority, id, newState, newMessage, createdAt, at, args);
  }

  /** The id that assigning to this document gives or has given ({@code 1.3}). */
  public String computedId(String documentId) {
    return DaneId.ofTask(documentId, key);
  }

  /** Whether its state is 200. */
  public boolean isDone() {
    return state != null && state == State.SUCCESS;
  }

  /**
   * Loads JSON text: the flat form, {@code {"task": {...}}}, or both merged, where the outer fields
   * win. Fields that no task has become arguments.
   *
   * @throws DaneException.Malformed if it has no key, or is no object
   * @throws IllegalArgumentException if it is no JSON, the key is empty or not text, or a number is
   *     none
   */
  public static Task fromJson(String text) {
    return fromJson(Json.loaded(text, "a task"));
  }

  /** Loads an object, or JSON text of one; see {@link #fromJson(String)}. */
  public static Task fromJson(JsonNode json) {
    ObjectNode fields = flat(Json.loaded(json, "a task"));
    JsonNode key = Fields.required(fields, "a task", "key");
    if (!key.isTextual()) {
      throw new IllegalArgumentException("the key of a task is text, not " + key);
    }
    return new Task(
        key.textValue(),
        fields.has("priority") ? Fields.whole(fields.get("priority"), "the priority of a task") : 1,
        Json.text(fields, "_id"),
        fields.hasNonNull("state")
            ? Fields.whole(fields.get("state"), "the state of a task")
            : null,
        Json.text(fields, "msg"),
        Json.text(fields, "created_at"),
        Json.text(fields, "updated_at"),
        arguments(fields));
  }

  private static ObjectNode flat(JsonNode json) {
    if (!(json instanceof ObjectNode object)) {
      throw new DaneException.Malformed("a task is a JSON object, not " + json);
    }
    ObjectNode outer = object.deepCopy();
    JsonNode inner = outer.remove("task");
    if (inner == null) {
      return outer;
    }
    if (!(inner instanceof ObjectNode task)) {
      throw new DaneException.Malformed("`task` is a JSON object, not " + inner);
    }
    return task.deepCopy().setAll(outer);
  }

  /** What is left besides the known fields; alone, {@code args} is not one argument but all. */
  private static JsonNode arguments(ObjectNode fields) {
    ObjectNode rest = fields.deepCopy();
    rest.remove(KNOWN);
    return rest.size() == 1 && rest.has("args") ? rest.get("args") : rest;
  }

  /** The form of messages and of the index: without what is null, and without empty arguments. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("key", key);
    Json.putIfKnown(json, "_id", id);
    if (state != null) {
      json.put("state", state);
    }
    Json.putIfKnown(json, "msg", message);
    Json.putIfKnown(json, "created_at", createdAt);
    Json.putIfKnown(json, "updated_at", updatedAt);
    json.put("priority", priority);
    if (!args.isEmpty()) {
      json.set("args", args);
    }
    return json;
  }
}
