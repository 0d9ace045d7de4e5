package org.millrace.http;

import java.util.LinkedHashMap;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.millrace.domain.failure.Refusal;

/** Takes a query apart. */
final class QueryText {
  private QueryText() {}

  static Query parse(Request request) {
    var values = new LinkedHashMap<String, List<String>>();
    for (Fields.Field field : fields(request)) {
      values.put(field.getName(), field.getValues());
    }
    return new Query(values);
  }

  private static Fields fields(Request request) {
    try {
      return Request.extractQueryParameters(request);
    } catch (IllegalArgumentException | IllegalStateException _) {
      throw Refusal.invalid("query", "its percent-encoding cannot be decoded as UTF-8");
    }
  }
}
