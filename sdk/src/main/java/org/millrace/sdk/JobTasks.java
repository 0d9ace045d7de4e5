package org.millrace.sdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tree of tasks of a job ({@code contracts/dane.md 2.6}). */
public sealed interface JobTasks {
  /** As it is written in a job. */
  JsonNode toJson();

  /**
   * A leaf; ids and state are null while the server has not given them. Ids are unsigned and have
   * 32 bits at the original ({@code contracts/dane.md 1.3}).
   */
  record One(
      String key,
      @Nullable Long id,
      @Nullable Integer state,
      @Nullable String message,
      @Nullable Long jobId)
      implements JobTasks {
    private static final Set<String> KNOWN =
        Set.of("task_key", "task_id", "task_state", "task_msg", "job_id", "api");

    public One {
      if (key.isEmpty()) {
        throw new IllegalArgumentException("a task needs a key that is not empty");
      }
      key = key.toUpperCase(Locale.ROOT);
    }

    @Override
    public JsonNode toJson() {
      if (id == null && state == null && message == null && jobId == null) {
        return new TextNode(key);
      }
      ObjectNode task = Json.object().put("task_key", key);
      if (id != null) {
        task.put("task_id", id);
      }
      if (state != null) {
        task.put("task_state", state);
      }
      Json.putIfKnown(task, "task_msg", message);
      if (jobId != null) {
        task.put("job_id", jobId);
      }
      ObjectNode json = Json.object();
      json.set("Task", task);
      return json;
    }

    private static One of(JsonNode json) {
      ObjectNode task = Fields.closed(json, "a task of a job", KNOWN);
      return new One(
          PythonText.str(Fields.required(task, "a task of a job", "task_key")),
          id(task, "task_id"),
          task.hasNonNull("task_state") ? Fields.whole(task.get("task_state"), "task_state") : null,
          Json.text(task, "task_msg"),
          id(task, "job_id"));
    }

    private static @Nullable Long id(ObjectNode task, String field) {
      return task.hasNonNull(field) ? Fields.wholeLong(task.get(field), field) : null;
    }
  }

  /** One after the other. */
  record Sequential(List<JobTasks> items) implements JobTasks {
    public Sequential {
      items = List.copyOf(items);
    }

    @Override
    public JsonNode toJson() {
      return container("taskSequential", items);
    }
  }

  /** All at once. */
  record Parallel(List<JobTasks> items) implements JobTasks {
    public Parallel {
      items = List.copyOf(items);
    }

    @Override
    public JsonNode toJson() {
      return container("taskParallel", items);
    }
  }

  /** A single task of this key. */
  static JobTasks one(String key) {
    return new One(key, null, null, null, null);
  }

  /** Tasks one after the other. */
  static JobTasks sequential(JobTasks... items) {
    return new Sequential(List.of(items));
  }

  /** Tasks all at once. */
  static JobTasks parallel(JobTasks... items) {
    return new Parallel(List.of(items));
  }

  private static JsonNode container(String name, List<JobTasks> items) {
    ObjectNode json = Json.object();
    ArrayNode array = json.putArray(name);
    items.forEach(item -> array.add(item.toJson()));
    return json;
  }

  /**
   * Loads a key, JSON text, a task or a container.
   *
   * @throws DaneException.Malformed if it is of none of these forms
   * @throws IllegalArgumentException if a text holds a number or the like, an object has several
   *     fields, or a key is empty
   */
  static JobTasks fromJson(JsonNode json) {
    if (json.isTextual()) {
      return ofText(json.textValue());
    }
    if (!(json instanceof ObjectNode object)) {
      throw new DaneException.Malformed("tasks are a text or an object, not " + json);
    }
    if (object.size() != 1) {
      throw new IllegalArgumentException("tasks are an object of one field, not " + json);
    }
    String name = Json.names(object).iterator().next();
    JsonNode inner = object.get(name);
    return switch (name) {
      case "Task" -> One.of(inner);
      case "taskSequential" -> new Sequential(items(inner));
      case "taskParallel" -> new Parallel(items(inner));
      default -> throw new DaneException.Malformed("tasks have no form `" + name + "`");
    };
  }

  private static JobTasks ofText(String text) {
    JsonNode read;
    try {
      read = Json.read(text);
    } catch (JsonProcessingException e) {
      return one(text);
    }
    if (read.isTextual()) {
      return one(read.textValue());
    }
    if (!read.isObject()) {
      throw new IllegalArgumentException("tasks are a key or an object, not " + text);
    }
    return fromJson(read);
  }

  private static List<JobTasks> items(JsonNode array) {
    if (!array.isArray()) {
      throw new DaneException.Malformed("a container of tasks holds a list, not " + array);
    }
    List<JobTasks> items = new ArrayList<>();
    array.forEach(item -> items.add(fromJson(item)));
    return items;
  }
}
