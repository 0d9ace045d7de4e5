package org.millrace.dane.elasticsearch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.value.Value;

/** What is told of an object, or of many, that were asked for or changed. */
final class Told {
  private Told() {}

  /** How every answer about one object begins. */
  static Map<String, Value> named(String index, String id) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("_index", new Value.Text(index));
    fields.put("_type", new Value.Text("_doc"));
    fields.put("_id", new Value.Text(id));
    return fields;
  }

  private static void putPlace(Map<String, Value> fields) {
    fields.put("_seq_no", Json.number(0)); // not counted
    fields.put("_primary_term", Json.number(1));
  }

  /**
   * After a change.
   *
   * @param result {@code created}, {@code updated}, {@code deleted} or {@code not_found}
   * @param refreshed whether the request wanted others to see it at once, which they always do
   */
  static Map<String, Value> changed(String index, String id, String result, boolean refreshed) {
    Map<String, Value> fields = named(index, id);
    fields.put("_version", Json.number(1));
    fields.put("result", new Value.Text(result));
    if (refreshed) {
      fields.put("forced_refresh", new Value.Truth(true));
    }
    Map<String, Value> shards = new LinkedHashMap<>();
    shards.put("total", Json.number(1));
    shards.put("successful", Json.number(1));
    shards.put("failed", Json.number(0));
    fields.put("_shards", new Value.Fields(shards));
    putPlace(fields);
    return fields;
  }

  /** One that was asked for by its id, if it is there. */
  static Value.Fields got(String index, String id, Optional<Stored> stored, SourceFilter filter) {
    Map<String, Value> fields = named(index, id);
    if (stored.isPresent()) {
      fields.put("_version", Json.number(1));
      putPlace(fields);
      stored.get().routing().ifPresent(routing -> fields.put("_routing", new Value.Text(routing)));
    }
    fields.put("found", new Value.Truth(stored.isPresent()));
    stored
        .flatMap(there -> filter.applyTo(there.source()))
        .ifPresent(source -> fields.put("_source", source));
    return new Value.Fields(fields);
  }

  /**
   * After a change of all that a query found.
   *
   * @param deed {@code deleted} or {@code updated}
   */
  static Value.Fields byQuery(long tookMillis, String deed, int many) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("took", Json.number(tookMillis));
    fields.put("timed_out", new Value.Truth(false));
    fields.put("total", Json.number(many));
    if (deed.equals("updated")) {
      fields.put("updated", Json.number(0));
    }
    fields.put("deleted", Json.number(0));
    fields.put(deed, Json.number(many));
    fields.put("batches", Json.number((many + 999) / 1000));
    fields.put("version_conflicts", Json.number(0));
    fields.put("noops", Json.number(0));
    fields.put("retries", Json.object("bulk", Json.number(0), "search", Json.number(0)));
    fields.put("throttled_millis", Json.number(0));
    fields.put("requests_per_second", new Value.Numeral("-1.0"));
    fields.put("throttled_until_millis", Json.number(0));
    fields.put("failures", new Value.Items(List.of()));
    return new Value.Fields(fields);
  }
}
