package org.millrace.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a body of some content type is let in. */
final class ContentTypes {
  private ContentTypes() {}

  static void check(FaceRules.ContentType rule, @Nullable String header) {
    boolean letIn =
        switch (rule) {
          case ANY -> true;
          case JSON -> header == null || isJson(header);
        };
    if (!letIn) {
      throw new RefusedByHttp(
          Problem.unsupportedMedia(
              "content type '" + header + "' is not understood; send application/json"));
    }
  }

  private static boolean isJson(String header) {
    int parameters = header.indexOf(';');
    String type =
        (parameters < 0 ? header : header.substring(0, parameters))
            .strip()
            .toLowerCase(Locale.ROOT);
    return type.isEmpty()
        || type.equals("application/json")
        || (type.startsWith("application/") && type.endsWith("+json"));
  }
}
