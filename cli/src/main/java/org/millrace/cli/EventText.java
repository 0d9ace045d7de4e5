package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** A line of history in words. Pure. */
final class EventText {
  private EventText() {}

  static String of(JsonNode event, Ink ink) {
    String attempt = "attempt " + Wire.text(event, "attempt");
    String detail = Wire.text(event, "detail");
    String state = ink.state(Wire.text(event, "state"));
    String kind = Wire.text(event, "kind");
    return switch (kind) {
      case "submitted" -> state + " submitted";
      case "attempt_begun" -> state + " " + attempt + in(detail);
      case "put_back" -> state + " put back" + because(detail);
      case "started" -> state + " " + attempt;
      case "handed_over" -> state + " " + attempt + " handed over";
      case "ended" -> state + because(detail);
      case "retried" -> state + " " + attempt + " failed" + because(detail) + ", tried again";
      case "cancel_requested" -> state + by(detail);
      case "canceled" -> state;
      case "lease_ended" -> state + " " + attempt + " left by its server, goes on";
      case "late" -> state + " too late, changes nothing" + because(detail);
      default -> state + " " + kind + because(detail);
    };
  }

  private static String in(String runtime) {
    return runtime.isEmpty() ? "" : " in " + runtime;
  }

  private static String by(String name) {
    return name.isEmpty() ? "" : " for " + name;
  }

  private static String because(String code) {
    return code.isEmpty() ? "" : ": " + code;
  }
}
