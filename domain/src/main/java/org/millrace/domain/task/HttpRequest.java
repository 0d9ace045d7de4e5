package org.millrace.domain.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.value.Value;

/**
 * What is sent to a service.
 *
 * @param method in capitals
 * @param url may hold credentials: mask before showing
 * @param headers may hold credentials: mask before showing
 */
public record HttpRequest(
    String method, String url, Map<String, String> headers, Optional<Body> body) {
  public HttpRequest {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** What it carries. */
  public sealed interface Body {
    record Json(Value value) implements Body {}

    /** Fields of a form. */
    record Form(Map<String, String> fields) implements Body {
      public Form {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
      }
    }

    /** A text of this type. */
    record Plain(String text, String type) implements Body {}
  }
}
