package org.millrace.runtimes.steps;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;
import org.millrace.domain.value.ValuePath.Looked;
import org.millrace.engine.services.ServiceClient.Answer;
import org.millrace.engine.staging.OneLine;

/** What services answer, as values. Pure. */
final class Replies {
  /** Bytes of an answer, and characters of a reply as JSON. */
  static final int MOST = 256 * 1024;

  private static final int SHOWN = 200;

  private Replies() {}

  /** An answer calls itself JSON and is none. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String why) {
      super(why, null, false, false);
    }
  }

  /** A map of status and body. */
  static Value of(int status, Value body) {
    Map<String, Value> reply = new LinkedHashMap<>();
    reply.put("status", new Value.Numeral(String.valueOf(status)));
    reply.put("body", body);
    return new Value.Fields(reply);
  }

  /** The same of an answer as it came. */
  static Value of(Answer answer) throws Unreadable {
    return of(answer.status(), body(answer.type(), answer.body()));
  }

  /** Whether something stands in the body of a reply where a path leads; without one, it does. */
  static boolean has(Value reply, Optional<ValuePath> path) {
    return path.isEmpty()
        || (reply instanceof Value.Fields(Map<String, Value> fields)
            && path.get().in(fields.getOrDefault("body", Value.NOTHING))
                instanceof Looked.Found(Value found)
            && isSomething(found));
  }

  private static boolean isSomething(Value found) {
    return switch (found) {
      case Value.Text(String text) -> !text.isEmpty();
      case Value.Items(List<Value> items) -> !items.isEmpty();
      case Value.Fields(Map<String, Value> fields) -> !fields.isEmpty();
      case Value.Truth(boolean isTrue) -> isTrue;
      case Value.Numeral _ -> true;
      case Value.Nothing _ -> false;
    };
  }

  /** What it holds as JSON, if it says that it is JSON or can be read as such; else its text. */
  static Value body(Optional<String> type, String text) throws Unreadable {
    String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (content.isBlank()) { // also of those that call nothing at all JSON
      return new Value.Text(content);
    }
    try {
      return Json.read(content);
    } catch (IOException noJson) {
      if (type.filter(Replies::isJson).isPresent()) {
        throw new Unreadable(
            "it says that it is JSON, and is none that can be read (nested at most 200 deep); it"
                + " begins: "
                + beginning(text));
      }
      return new Value.Text(content);
    }
  }

  /** What there is, as a line for people. */
  static String beginning(String body) {
    return body.isBlank()
        ? "(nothing)"
        : OneLine.of(body.length() > SHOWN ? body.substring(0, SHOWN) + "..." : body);
  }

  static Cause tooLarge() {
    return Cause.ofCaller(
        "reply-too-large",
        "the reply is larger than " + MOST / 1024 + " KiB",
        "ask for less, or have the service store it and reply where it is");
  }

  private static boolean isJson(String type) {
    String plain = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return plain.endsWith("/json") || plain.endsWith("+json");
  }
}
