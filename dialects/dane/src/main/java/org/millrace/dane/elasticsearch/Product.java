package org.millrace.dane.elasticsearch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.domain.value.Value;
import org.millrace.http.Answer;

/**
 * What this face gives itself out for: without the header on its answers Python's client refuses to
 * work ({@code contracts/dane.md 3.9, Product check}).
 */
final class Product {
  /** The version that DANE was recorded with. */
  static final String VERSION = "7.17.9";

  private Product() {}

  /** An answer with the header. */
  static Answer on(Answer answer) {
    return answer.with("X-Elastic-Product", "Elasticsearch");
  }

  static Answer json(int status, Value body) {
    return on(Answer.json(status, Json.bytes(body)));
  }

  static Answer json(EsError error) {
    return json(error.status(), error.body());
  }

  /** What {@code GET /} tells. */
  static Value.Fields about() {
    Map<String, Value> version = new LinkedHashMap<>();
    version.put("number", new Value.Text(VERSION));
    version.put("build_flavor", new Value.Text("default"));
    version.put("build_type", new Value.Text("unknown"));
    version.put("build_hash", new Value.Text("unknown"));
    version.put("build_date", new Value.Text("2023-01-31T05:34:43.305517834Z"));
    version.put("build_snapshot", new Value.Truth(false));
    version.put("lucene_version", new Value.Text("8.11.1"));
    version.put("minimum_wire_compatibility_version", new Value.Text("6.8.0"));
    version.put("minimum_index_compatibility_version", new Value.Text("6.0.0-beta1"));
    Map<String, Value> about = new LinkedHashMap<>();
    about.put("name", new Value.Text("millrace"));
    about.put("cluster_name", new Value.Text("millrace"));
    about.put("cluster_uuid", new Value.Text("_na_"));
    about.put("version", new Value.Fields(version));
    about.put("tagline", new Value.Text("You Know, for Search"));
    return new Value.Fields(about);
  }
}
