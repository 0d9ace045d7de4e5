package org.millrace.dane;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.value.Value;
import org.millrace.engine.workers.WorkerProtocol.Decoded;

/**
 * What a worker answered ({@code contracts/dane.md 3.6}): a state, a message, and perhaps more. An
 * answer that does not say so is the state 500 with a message that says what was wrong with it, so
 * that no task waits for another one. Pure.
 */
record DaneAnswer(int state, String message, Map<String, Value> more, Optional<Cause> unreadable) {
  static final int SUCCESS = 200;
  static final int CREATED = 201;
  static final int RESET = 205;
  static final int UNFINISHED_DEPENDENCY = 412;
  static final int ERROR = 500;
  static final int INVALID_INPUT = 502;
  static final int PROXY = 503;

  /** Most bytes of an answer; results go elsewhere. */
  static final int MOST_BYTES = 4 << 20;

  /** Most characters of a message that are kept. */
  static final int MOST_MESSAGE = 32_768;

  /** As often as a text may hold the answer instead of being one. */
  private static final int MOST_WRAPPED = 3;

  /** Reads an answer in any of its forms. */
  static DaneAnswer of(byte[] body) {
    if (body.length > MOST_BYTES) {
      return unreadable("it has " + body.length + " bytes, and may have " + MOST_BYTES);
    }
    try {
      return of(unwrapped(PythonJson.readMended(body), MOST_WRAPPED));
    } catch (PythonJson.NotJson wrong) {
      return unreadable("it is not JSON: " + wrong.getMessage());
    }
  }

  /** An answer that was encoded twice is a text that holds it. */
  private static Value unwrapped(Value value, int times) {
    if (times == 0 || !(value instanceof Value.Text(String text))) {
      return value;
    }
    try {
      return unwrapped(PythonJson.readMended(text), times - 1);
    } catch (PythonJson.NotJson _) {
      return value; // a text that holds no JSON is what the worker meant to say
    }
  }

  private static DaneAnswer of(Value value) {
    return value instanceof Value.Fields(Map<String, Value> fields)
        ? of(fields)
        : wrong("is " + value.kind() + ", not an object with `state` and `message`");
  }

  private static DaneAnswer of(Map<String, Value> fields) {
    Value given = fields.get("state");
    Value said = fields.get("message");
    if (given == null) {
      return wrong("has no `state`" + told(said));
    }
    OptionalInt state = PythonInt.clamped(given, Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (state.isEmpty()) {
      return wrong("has " + given.kind() + " as `state`, which is not a number" + told(said));
    }
    int number = state.getAsInt();
    if (number == Integer.MIN_VALUE || number == Integer.MAX_VALUE) {
      return wrong("has a `state` that is no state of DANE's: it is too large" + told(said));
    }
    return switch (said) {
      case null -> wrong("says state " + number + " and has no `message`");
      case Value.Text _, Value.Numeral _, Value.Truth _ ->
          new DaneAnswer(number, shortened(PythonText.str(said)), more(fields), Optional.empty());
      default -> wrong("says state " + number + " and has " + said.kind() + " as `message`");
    };
  }

  private static String told(@Nullable Value said) {
    return said instanceof Value.Text(String message) ? "; its message: " + shortened(message) : "";
  }

  private static Map<String, Value> more(Map<String, Value> fields) {
    Map<String, Value> more = new LinkedHashMap<>(fields);
    more.remove("state");
    more.remove("message");
    return more;
  }

  /** One that says 500, and why what the worker said does not count. */
  static DaneAnswer wrong(String what) {
    return new DaneAnswer(ERROR, "The worker's answer " + what, Map.of(), Optional.empty());
  }

  private static DaneAnswer unreadable(String what) {
    String message = "The worker's answer could not be read: " + what;
    return new DaneAnswer(
        ERROR,
        message,
        Map.of(),
        Optional.of(
            new Cause(
                "answer-unreadable",
                message,
                "repair the worker: it answers {\"state\": 200, \"message\": \"...\"}")));
  }

  private static String shortened(String message) {
    if (message.length() <= MOST_MESSAGE) {
      return message;
    }
    boolean cutsPair = Character.isHighSurrogate(message.charAt(MOST_MESSAGE - 1));
    return message.substring(0, cutsPair ? MOST_MESSAGE - 1 : MOST_MESSAGE) + "…";
  }

  /** For the engine. */
  Decoded decoded() {
    return new Decoded(outcome(), said(), unreadable);
  }

  /** What the number means for the attempt ({@code docs/decisions/0011}). */
  Outcome outcome() {
    return switch (state) {
      case SUCCESS -> new Outcome.Completed();
      case UNFINISHED_DEPENDENCY ->
          new Outcome.Deferred(
              new Cause(
                  "dependencies-unfinished",
                  spoken(),
                  "it goes on when another task of its document is done"));
      case CREATED, RESET, INVALID_INPUT, PROXY ->
          new Outcome.WorkFailed(new Cause("worker-failed", spoken(), ""));
      default -> new Outcome.WorkRefused(refused());
    };
  }

  /** 400, 403 and 404 lie in the document or the task; the rest with the worker. */
  private Cause refused() {
    String help = "repair what it names, then ask for the task again";
    return state >= 400 && state < 500
        ? Cause.ofCaller("worker-refused", spoken(), help)
        : new Cause("worker-refused", spoken(), help);
  }

  private String spoken() {
    return "the worker answered " + state + ": " + message;
  }

  /** The answer in one form: number and text first, then what else was in it. */
  Value.Fields said() {
    Map<String, Value> said = new LinkedHashMap<>();
    said.put("state", new Value.Numeral(Integer.toString(state)));
    said.put("message", new Value.Text(message));
    said.putAll(more);
    return new Value.Fields(said);
  }
}
