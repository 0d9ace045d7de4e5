package org.millrace.dane.elasticsearch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.dane.PythonJson;
import org.millrace.domain.value.Value;

/**
 * Writes what a search found, hit by hit, since all of it might not fit into memory; so the total
 * comes last.
 */
final class Hits {
  private static final String SHARDS =
      "{\"total\": 1, \"successful\": 1, \"skipped\": 0, \"failed\": 0}";
  private static final Value SCORE = new Value.Numeral("1.0"); // nothing is scored

  private final String index;

  Hits(String index) {
    this.index = index;
  }

  /**
   * Writes one answer.
   *
   * @param status empty: the answer stands alone
   */
  void write(
      Found found, SourceFilter filter, long tookMillis, Optional<Integer> status, OutputStream out)
      throws IOException {
    write(
        "{\"took\": %d, \"timed_out\": false, \"_shards\": %s, \"hits\": {\"hits\": ["
            .formatted(tookMillis, SHARDS),
        out);
    boolean any = false;
    while (found.hasNext()) {
      write(any ? ", " : "", out);
      write(PythonJson.line(hit(found.next(), filter)), out);
      any = true;
    }
    Found.Total total = found.total();
    write(
        "], \"max_score\": %s, \"total\": {\"value\": %d, \"relation\": \"%s\"}}%s}"
            .formatted(
                any ? "1.0" : "null",
                total.value(),
                total.exact() ? "eq" : "gte",
                status.map(code -> ", \"status\": " + code).orElse("")),
        out);
  }

  private static void write(String text, OutputStream out) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Value.Fields hit(Stored stored, SourceFilter filter) {
    Map<String, Value> hit = new LinkedHashMap<>();
    hit.put("_index", new Value.Text(index));
    hit.put("_type", new Value.Text("_doc"));
    hit.put("_id", new Value.Text(stored.id()));
    hit.put("_score", SCORE);
    stored.routing().ifPresent(routing -> hit.put("_routing", new Value.Text(routing)));
    filter.applyTo(stored.source()).ifPresent(source -> hit.put("_source", source));
    return new Value.Fields(hit);
  }
}
