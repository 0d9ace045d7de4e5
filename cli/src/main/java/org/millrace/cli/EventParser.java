package org.millrace.cli;

import java.util.Optional;

/** Puts the lines of an event stream together, as the standard of server-sent events says. */
final class EventParser {
  private final StringBuilder data = new StringBuilder();
  private String id = "";
  private String kind = "";

  /** Takes one line, without its end; returns the event that an empty line completes. */
  Optional<ServerEvent> take(String line) {
    if (line.isEmpty()) {
      return completed();
    }
    int colon = line.indexOf(':');
    String field = colon < 0 ? line : line.substring(0, colon);
    String value = colon < 0 ? "" : line.substring(colon + 1);
    take(field, value.startsWith(" ") ? value.substring(1) : value);
    return Optional.empty();
  }

  private void take(String field, String value) {
    switch (field) {
      case "id" -> id = value;
      case "event" -> kind = value;
      case "data" -> data.append(value).append('\n');
      default -> {} // a comment, or a field of the future
    }
  }

  private Optional<ServerEvent> completed() {
    Optional<ServerEvent> event =
        data.isEmpty()
            ? Optional.empty()
            : Optional.of(new ServerEvent(id, kind, data.substring(0, data.length() - 1)));
    data.setLength(0);
    id = "";
    kind = "";
    return event;
  }
}
