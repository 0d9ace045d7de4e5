package org.millrace.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.URIUtil;
import org.millrace.http.FaceRules.RepeatedSlashes;
import org.millrace.http.FaceRules.TrailingSlash;

/**
 * A path cut into segments. A slash at the end is an empty last segment, a repeated one an empty
 * segment in the middle, and each face says what it makes of those.
 *
 * @param text as resolved by the server: no {@code ..}, no {@code ;x}, decoded where that is not
 *     ambiguous
 * @param segments decoded to the end
 * @param isDecoded whether it could be decoded; else it has no meaning for any face, and is as it
 *     came
 */
record RequestPath(String text, List<String> segments, boolean isDecoded) {
  private static final Set<Violation> UNDECODABLE =
      EnumSet.of(
          Violation.BAD_PERCENT_ENCODING,
          Violation.BAD_UTF8_ENCODING,
          Violation.TRUNCATED_UTF8_ENCODING,
          Violation.UTF16_ENCODINGS);

  static RequestPath of(Request request) {
    HttpURI uri = request.getHttpURI();
    boolean decodes = Collections.disjoint(uri.getViolations(), UNDECODABLE);
    String path = decodes ? Request.getPathInContext(request) : uri.getPath();
    return of(path == null ? "/" : path, decodes);
  }

  static RequestPath of(String text) {
    return of(text, true);
  }

  private static RequestPath of(String text, boolean decodes) {
    UnaryOperator<String> form = decodes ? RequestPath::decoded : UnaryOperator.identity();
    var segments = new ArrayList<String>(8);
    int start = text.startsWith("/") ? 1 : 0;
    for (int slash = text.indexOf('/', start); slash >= 0; slash = text.indexOf('/', start)) {
      segments.add(form.apply(text.substring(start, slash)));
      start = slash + 1;
    }
    segments.add(form.apply(text.substring(start)));
    return new RequestPath(text, segments, decodes);
  }

  /** What the face sees. */
  List<String> under(FaceRules rules) {
    boolean collapse = rules.repeatedSlashes() == RepeatedSlashes.COLLAPSED;
    boolean trim = rules.trailingSlash() == TrailingSlash.IGNORED;
    if (!segments.contains("")) {
      return segments;
    }
    int last = segments.size() - 1;
    var seen = new ArrayList<String>(segments.size());
    for (int i = 0; i <= last; i++) {
      String segment = segments.get(i);
      boolean dropped = segment.isEmpty() && (i == last ? trim : collapse);
      if (!dropped) {
        seen.add(segment);
      }
    }
    return seen;
  }

  /** The same for a template, whose empty path means "no segment", not "a slash at the end". */
  List<String> asTemplate(FaceRules rules) {
    return text.isEmpty() ? List.of() : under(rules);
  }

  private static String decoded(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    return URIUtil.decodePath(segment);
  }
}
