package org.millrace.dane.elasticsearch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.domain.value.Value;

/**
 * An error as Elasticsearch tells it.
 *
 * @param type in its words: {@code version_conflict_engine_exception}
 * @param more what else it tells of this type
 */
record EsError(int status, String type, String reason, Map<String, Value> more) {
  static final String ILLEGAL = "illegal_argument_exception";

  EsError {
    more = Map.copyOf(more);
  }

  EsError(int status, String type, String reason) {
    this(status, type, reason, Map.of());
  }

  static EsError illegal(String reason) {
    return new EsError(400, ILLEGAL, reason);
  }

  static EsError noIndex(String asked, String index) {
    String reason = "no such index [" + NotUnderstood.shortened(asked) + "]";
    return new EsError(
        404,
        "index_not_found_exception",
        reason + "; there is [" + index + "] alone, see ELASTICSEARCH.INDEX",
        Map.of(
            "resource.type", new Value.Text("index_or_alias"),
            "resource.id", new Value.Text(asked),
            "index_uuid", new Value.Text("_na_"),
            "index", new Value.Text(asked)));
  }

  /** There is something of that id. */
  static EsError conflict(String index, String id, String why) {
    return ofShard(
        409,
        "version_conflict_engine_exception",
        "[" + id + "]: version conflict, document already exists (current version [1])" + why,
        index);
  }

  /** There is nothing of that id. */
  static EsError missing(String index, String id, String why) {
    return ofShard(
        404,
        "document_missing_exception",
        "[_doc][" + NotUnderstood.shortened(id) + "]: document missing" + why,
        index);
  }

  private static EsError ofShard(int status, String type, String reason, String index) {
    return new EsError(
        status,
        type,
        reason,
        Map.of(
            "index_uuid", new Value.Text("_na_"),
            "shard", new Value.Text("0"),
            "index", new Value.Text(index)));
  }

  /** What it is about, as an entry of a bulk answer has it. */
  Value.Fields cause() {
    return new Value.Fields(causeFields());
  }

  private Map<String, Value> causeFields() {
    Map<String, Value> cause = new LinkedHashMap<>();
    cause.put("type", new Value.Text(type));
    cause.put("reason", new Value.Text(reason));
    cause.putAll(more);
    return cause;
  }

  /** The whole of it. */
  Value.Fields body() {
    Map<String, Value> error = new LinkedHashMap<>();
    error.put("root_cause", new Value.Items(List.of(cause())));
    error.putAll(causeFields());
    return Json.object("error", new Value.Fields(error), "status", Json.number(status));
  }
}
