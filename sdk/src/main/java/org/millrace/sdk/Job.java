package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Source material and a tree of tasks, in the job era ({@code contracts/dane.md 2.5}).
 *
 * @param sourceUrl trimmed and re-quoted here
 * @param id a number of the server's, or null before it is registered
 * @param priority not clamped
 * @param response what tasks before have left, by their keys
 */
public record Job(
    String sourceUrl,
    String sourceId,
    JobTasks tasks,
    @Nullable Long id,
    JsonNode metadata,
    int priority,
    JsonNode response) {
  private static final Set<String> KNOWN =
      Set.of(
          "source_url",
          "source_id",
          "source_set",
          "tasks",
          "job_id",
          "metadata",
          "priority",
          "response",
          "api");

  public Job {
    sourceUrl = RequotedUrl.of(sourceUrl);
    sourceId = sourceId.strip();
    if (sourceUrl.isEmpty() || sourceId.isEmpty()) {
      throw new IllegalArgumentException("Source url and id required");
    }
    metadata = metadata.deepCopy();
    response = response.deepCopy();
  }

  /** A job of priority 1 without metadata. */
  public static Job of(String sourceUrl, String sourceId, JobTasks tasks) {
    return new Job(sourceUrl, sourceId, tasks, null, Json.object(), 1, Json.object());
  }

  /**
   * Loads JSON text.
   *
   * @throws DaneException.Malformed if it lacks a field, or has one that no job has
   * @throws IllegalArgumentException if it is no JSON, or a value is not as it should
   */
  public static Job fromJson(String text) {
    return fromJson(Json.loaded(text, "a job"));
  }

  /** Loads an object; see {@link #fromJson(String)}. */
  public static Job fromJson(JsonNode json) {
    ObjectNode job = Fields.closed(json, "a job", KNOWN);
    JsonNode url = Fields.required(job, "a job", "source_url");
    JsonNode sourceId = Fields.required(job, "a job", "source_id");
    JsonNode tasks = Fields.required(job, "a job", "tasks");
    return new Job(
        PythonText.str(url),
        PythonText.str(sourceId),
        JobTasks.fromJson(tasks),
        job.hasNonNull("job_id") ? Fields.wholeLong(job.get("job_id"), "job_id") : null,
        job.hasNonNull("metadata") ? job.get("metadata") : Json.object(),
        job.hasNonNull("priority") ? Fields.whole(job.get("priority"), "priority") : 1,
        job.hasNonNull("response") ? job.get("response") : Json.object());
  }

  /** As it is written on the wire; the id is null while there is none. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("source_url", sourceUrl).put("source_id", sourceId);
    json.put("job_id", id);
    json.set("tasks", tasks.toJson());
    json.set("metadata", metadata);
    json.put("priority", priority);
    json.set("response", response);
    return json;
  }

  /** The folders that the server made for the job, if it said so in {@code response.SHARED}. */
  public Optional<Directories> directories() {
    String temp = Json.text(response.path("SHARED"), "TEMP_FOLDER");
    String out = Json.text(response.path("SHARED"), "OUT_FOLDER");
    return temp == null || out == null
        ? Optional.empty()
        : Optional.of(new Directories(Path.of(temp), Path.of(out)));
  }
}
