package org.millrace.runtimes.inprocess;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.value.Value;
import org.millrace.engine.staging.OneLine;
import org.millrace.engine.threads.Threads;

/** The handlers that every server has. None does harm when it is repeated. */
public final class Handlers {
  private static final double LONGEST_SECONDS = 3_600;

  private Handlers() {}

  /** All of them. */
  public static List<Handler> all(Threads threads) {
    return List.of(new NoOp(), new Echo(), new Fail(), new Sleep(threads));
  }

  /** Does nothing, and leaves nothing. */
  private record NoOp() implements Handler {
    private static final Value NONE = new Value.Fields(Map.of());

    @Override
    public String name() {
      return "noop";
    }

    @Override
    public Effect effect() {
      return Effect.NONE;
    }

    @Override
    public Value run(Value arguments) {
      return NONE;
    }
  }

  /** Leaves what it was given, as {@code result}. */
  private record Echo() implements Handler {
    @Override
    public String name() {
      return "echo";
    }

    @Override
    public Effect effect() {
      return Effect.NONE;
    }

    @Override
    public Value run(Value arguments) {
      return new Value.Fields(Map.of("result", arguments));
    }
  }

  /** Fails with the text it was given, or the text that is its {@code message}. */
  private record Fail() implements Handler {
    @Override
    public String name() {
      return "fail";
    }

    @Override
    public Effect effect() {
      return Effect.NONE;
    }

    @Override
    public Value run(Value arguments) throws HandlerFailed {
      throw new HandlerFailed(Cause.ofCaller("handler-failed", message(arguments), ""));
    }

    private static String message(Value arguments) {
      Value said =
          arguments instanceof Value.Fields(Map<String, Value> fields)
              ? fields.getOrDefault("message", Value.NOTHING)
              : arguments;
      return said instanceof Value.Text(String text) ? OneLine.of(text) : "it was to fail, and did";
    }
  }

  /** Lets {@code seconds} pass, an hour at most. */
  private record Sleep(Threads threads) implements Handler {
    @Override
    public String name() {
      return "sleep";
    }

    @Override
    public Effect effect() {
      return Effect.REPEATABLE;
    }

    @Override
    public Value run(Value arguments) throws HandlerFailed, InterruptedException {
      threads.sleep(duration(arguments));
      return new Value.Fields(Map.of());
    }

    private static Duration duration(Value arguments) throws HandlerFailed {
      if (arguments instanceof Value.Fields(Map<String, Value> fields)
          && fields.get("seconds") instanceof Value.Numeral(String digits)) {
        double seconds = Double.parseDouble(digits);
        if (seconds >= 0 && seconds <= LONGEST_SECONDS) {
          return Duration.ofNanos((long) (seconds * 1e9));
        }
      }
      throw new HandlerFailed(
          Cause.ofCaller(
              "arguments-bad",
              "sleep wants seconds, a number from 0 to 3600",
              "for example {\"seconds\": 0.5}"));
    }
  }
}
