package org.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;

/** What a refused request means to a user. Pure. */
final class Refusals {
  private static final JsonMapper JSON = new JsonMapper();

  private Refusals() {}

  /**
   * The failure of the command.
   *
   * @param body problem+json, or the error form of TES; anything else did not come from Millrace
   */
  static CommandFailed of(URI server, int status, Optional<String> retryAfter, String body) {
    JsonNode problem = parsed(body);
    Optional<String> detail =
        Stream.of("detail", "message")
            .map(problem::path)
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .findFirst();
    return switch (status) {
      case 400, 409, 413, 414, 416, 415, 422, 431 ->
          new CommandFailed(
              ExitCode.USAGE, detail.orElse("the server refuses this as invalid (" + status + ")"));
      case 401 ->
          new CommandFailed(
              ExitCode.NOT_PERMITTED,
              detail.orElse("not signed in")
                  + ": name a user with --user or $MILLRACE_USER, with the password in"
                  + " $MILLRACE_PASSWORD or typed when asked");
      case 403 ->
          new CommandFailed(
              ExitCode.NOT_PERMITTED, "not permitted: " + detail.orElse("the server says no more"));
      case 404 ->
          detail
              .filter(_ -> !isUnknownPath(problem))
              .map(what -> new CommandFailed(ExitCode.NOT_FOUND, what))
              .orElseGet(() -> notMillrace(server));
      case 429, 502, 503, 504 ->
          new CommandFailed(
              ExitCode.UNREACHABLE,
              "the server at %s cannot at the moment: %s; try again%s"
                  .formatted(
                      server,
                      detail.orElse("it says " + status),
                      retryAfter.map(seconds -> " in " + seconds + " s").orElse(" later")));
      default ->
          status / 100 == 5
              ? new CommandFailed(
                  ExitCode.SYSTEM_ERROR,
                  "the server at %s failed: %s"
                      .formatted(server, detail.orElse("it says " + status)))
              : notMillrace(server);
    };
  }

  /** Somebody answers there, in another language. */
  static CommandFailed notMillrace(URI server) {
    return new CommandFailed(
        ExitCode.UNREACHABLE,
        "what answers at " + server + " is no Millrace server, or lacks this face; see --server");
  }

  private static boolean isUnknownPath(JsonNode problem) {
    return problem.path("type").asText().equals("urn:millrace:problem:unknown-path");
  }

  private static JsonNode parsed(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance(); // a proxy's page; the status says enough
    }
  }
}
