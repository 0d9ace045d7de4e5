package org.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Reads what a server sent: what is absent is empty, text is made fit to be shown. */
final class Wire {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> FINAL_STATES =
      Set.of("COMPLETE", "EXECUTOR_ERROR", "SYSTEM_ERROR", "CANCELED");
  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private Wire() {}

  /** The JSON of an event. */
  static JsonNode parsed(ServerEvent event) throws CommandFailed {
    try {
      return JSON.readTree(event.data());
    } catch (JsonProcessingException _) {
      throw new CommandFailed(
          ExitCode.UNREACHABLE, "an event of the server is no JSON: is it Millrace? See --server");
    }
  }

  /** Text or a number as text, fit to be shown; empty if it is not there. */
  static String text(JsonNode node, String field) {
    return Plain.line(node.path(field).asText(""));
  }

  static Optional<String> optional(JsonNode node, String field) {
    return Optional.of(text(node, field)).filter(text -> !text.isEmpty());
  }

  /** The elements of a list; none if it is not there. */
  static List<JsonNode> each(JsonNode node, String field) {
    return StreamSupport.stream(node.path(field).spliterator(), false).toList();
  }

  static Optional<Instant> instant(JsonNode node, String field) {
    try {
      return Optional.of(node.path(field).asText(""))
          .filter(text -> !text.isEmpty())
          .map(Instant::parse);
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /** Day and time for people; empty if it is not there. */
  static Optional<String> moment(JsonNode node, String field, ZoneId zone) {
    return instant(node, field).map(at -> DAY_AND_TIME.format(at.atZone(zone)));
  }

  /** Time of day for people. */
  static String timeOfDay(JsonNode node, String field, ZoneId zone) {
    return instant(node, field).map(at -> TIME.format(at.atZone(zone))).orElse("--:--:--");
  }

  /** Whether what is told of a task is its end. */
  static boolean isFinal(JsonNode node) {
    return FINAL_STATES.contains(node.path("state").asText());
  }

  /** Code, message and help of a cause or an outcome: {@code message (help)}. */
  static Optional<String> why(JsonNode cause) {
    return optional(cause, "message")
        .map(message ->
            optional(cause, "help").map(help -> message + " (" + help + ")").orElse(message));
  }
}
