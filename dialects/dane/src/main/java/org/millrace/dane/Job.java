package org.millrace.dane;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.Space;
import org.millrace.domain.value.Value;

/**
 * A job as it was registered ({@code contracts/dane.md 2.5}). It is a document of a space of its
 * own, named by its number alone; the tasks of its tree are assigned to that. Jobs of one source id
 * are documents of one creator.
 *
 * @param priority as it was given, which need not be a number
 * @param response what was known of it before any task was done: {@code SHARED}, where there are
 *     folders
 */
record Job(
    long number,
    String sourceUrl,
    String sourceId,
    JobTree tree,
    Value metadata,
    Value priority,
    Value.Fields response) {
  private static final int DIGITS = 10; // so many, for their order as texts
  private static final Value.Fields NO_CREATOR = new Value.Fields(Map.of());

  /** The name of the document that is this job. */
  static DocumentId id(long number) {
    return DocumentId.of(target(number), "");
  }

  private static String target(long number) {
    return ("%0" + DIGITS + "d").formatted(number);
  }

  /** To be stored. */
  Document document(Space space, Instant now) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("source_url", new Value.Text(sourceUrl));
    fields.put("source_id", new Value.Text(sourceId));
    fields.put("tasks", tree.json(leaf -> JobForm.bare(leaf, number)));
    fields.put("metadata", metadata);
    fields.put("priority", priority);
    fields.put("response", response);
    return Document.ofTarget(
        space, target(number), sourceId, new Value.Fields(fields), NO_CREATOR, now);
  }

  /** As it is stored. */
  static Job of(Document document) {
    Map<String, Value> fields = document.target().values();
    return new Job(
        Long.parseLong(document.targetId()),
        sourceUrl(document),
        document.creatorId(),
        JobTree.stored(stored(fields, "tasks")),
        stored(fields, "metadata"),
        stored(fields, "priority"),
        stored(fields, "response") instanceof Value.Fields response ? response : NO_CREATOR);
  }

  /** Where the material of a job lies. */
  static String sourceUrl(Document document) {
    return document.target().values().get("source_url") instanceof Value.Text(String url)
        ? url
        : "";
  }

  private static Value stored(Map<String, Value> fields, String name) {
    return Optional.ofNullable(fields.get(name))
        .orElseThrow(() -> new IllegalStateException("a job is stored without " + name));
  }
}
