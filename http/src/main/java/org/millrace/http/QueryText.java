package org.millrace.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.StringUtil;
import org.eclipse.jetty.util.UrlEncoded;
import org.millrace.domain.failure.Refusal;

/** Takes a query apart. */
final class QueryText {
  private QueryText() {}

  static Query parse(Request request) {
    String query = request.getHttpURI().getQuery();
    var values = new LinkedHashMap<String, List<String>>();
    if (StringUtil.isNotBlank(query)) {
      decode(query, values);
    }
    return new Query(values);
  }

  private static void decode(String query, Map<String, List<String>> values) {
    try {
      UrlEncoded.decodeUtf8To(
          query,
          0,
          query.length(),
          (name, value) -> values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value),
          false,
          false,
          false);
    } catch (IllegalArgumentException | IllegalStateException _) {
      throw Refusal.invalid("query", "its percent-encoding cannot be decoded as UTF-8");
    }
  }
}
