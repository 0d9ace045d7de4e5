package org.millrace.dane;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.millrace.http.Answer;

/**
 * Refusals of the job era: pages, of which clients look at the status ({@code contracts/dane.md
 * 1.6}).
 */
final class JobPages {
  private static final Pattern PATHS =
      Pattern.compile("/DANE/(job(/.*)?|search/.+|task/[0-9]{1,10}(/.*)?|health/?|ready/?)");

  private static final Map<Integer, String> REASONS =
      Map.of(
          400, "Bad Request",
          401, "Unauthorized",
          403, "Forbidden",
          404, "Not Found",
          405, "Method Not Allowed",
          413, "Request Entity Too Large",
          429, "Too Many Requests",
          500, "Internal Server Error",
          503, "Service Unavailable");

  private JobPages() {}

  /** Whether a path is one of this era, however many slashes it has between its words. */
  static boolean have(String path) {
    String single = path.replaceAll("/{2,}", "/");
    return PATHS.matcher(single).matches() && !single.startsWith("/DANE/search/document");
  }

  /** A page that says why. */
  static Answer page(int status, String text) {
    String reason = REASONS.getOrDefault(status, "Error");
    String page =
        "<!doctype html>\n<html lang=en>\n<title>%d %s</title>\n<h1>%s</h1>\n<p>%s</p>\n"
            .formatted(status, reason, reason, escaped(text));
    return Answer.bytes(status, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
