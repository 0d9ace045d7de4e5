package org.millrace.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;
import org.millrace.domain.failure.Failure;

/**
 * Why a request gets no normal answer, as HTTP sees it. {@link #of} is the one place where a {@link
 * Failure} becomes a status, with a type named after it. This module adds the types {@code
 * unknown-path} (404), {@code method-not-allowed} (405), {@code unsupported-media-type} (415),
 * {@code range-not-satisfiable} (416), {@code malformed-request} (400, 408, 414, 431) and {@code
 * internal-error} (500).
 *
 * @param status 400 to 599
 * @param type stable and short: {@code not-found}
 * @param detail a sentence for the sender, free of internals and secrets
 * @param headers sent whatever form the face gives the rest
 * @param field the place in the request, of {@code invalid}
 * @param incident under which the log has the rest, of {@code internal-error}
 */
public record Problem(
    int status,
    String type,
    String detail,
    List<Header> headers,
    Optional<String> field,
    Optional<String> incident) {

  public Problem {
    headers = List.copyOf(headers);
  }

  Problem(int status, String type, String detail) {
    this(status, type, detail, List.of(), Optional.empty(), Optional.empty());
  }

  /** The one switch over failures. */
  public static Problem of(Failure failure) {
    String detail = failure.message();
    return switch (failure) {
      case Failure.Invalid(String field, _) ->
          new Problem(400, "invalid", detail, List.of(), Optional.of(field), Optional.empty());
      case Failure.Unauthenticated _ -> new Problem(401, "unauthenticated", detail);
      case Failure.Denied _ -> new Problem(403, "denied", detail);
      case Failure.NotFound _ -> new Problem(404, "not-found", detail);
      case Failure.Conflict _ -> new Problem(409, "conflict", detail);
      case Failure.TooLarge _ -> new Problem(413, "too-large", detail);
      case Failure.TooMany(_, Duration wait) ->
          new Problem(429, "too-many", detail).with(retryAfter(wait));
      case Failure.Unavailable(_, Duration wait) ->
          new Problem(503, "unavailable", detail).with(retryAfter(wait));
    };
  }

  static Problem unknownPath() {
    return new Problem(404, "unknown-path", "nothing is served at this path");
  }

  static Problem wrongMethod(String method, Collection<String> allowed) {
    String allow = String.join(", ", allowed);
    return new Problem(405, "method-not-allowed", method + " is not allowed here, but " + allow)
        .with(new Header("Allow", allow));
  }

  static Problem unsupportedMedia(String detail) {
    return new Problem(415, "unsupported-media-type", detail);
  }

  static Problem unsatisfiableRange(long size) {
    return new Problem(416, "range-not-satisfiable", "the content has " + size + " bytes")
        .with(new Header("Content-Range", "bytes */" + size));
  }

  /**
   * What the parser refused. Rubbish often looks to it like another version of HTTP (505), so that
   * counts as 400.
   */
  static Problem malformed(int status) {
    String type = "malformed-request";
    return switch (status) {
      case 408 -> new Problem(408, type, "the request did not arrive in time");
      case 414 -> new Problem(414, type, "the request line is too long");
      case 431 -> new Problem(431, type, "the headers are too large");
      default -> new Problem(400, type, "this is not a well-formed HTTP/1.1 request");
    };
  }

  static Problem defect(String incident) {
    return new Problem(
        500,
        "internal-error",
        "something went wrong here; the server's log has it under incident " + incident,
        List.of(),
        Optional.empty(),
        Optional.of(incident));
  }

  Problem with(Header header) {
    var more = new ArrayList<>(headers);
    more.add(header);
    return new Problem(status, type, detail, more, field, incident);
  }

  /** The usual words for the status: {@code Not Found}. */
  public String title() {
    return HttpStatus.getMessage(status);
  }

  private static Header retryAfter(Duration wait) {
    return new Header("Retry-After", Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
  }
}
