package org.millrace.runtimes.steps;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.AttemptOrder;

/**
 * What is known of the steps of an attempt, in its checkpoints: read by whoever goes on with it. Of
 * one thread.
 */
final class Journal {
  /** Characters of all replies: each checkpoint writes those before it again. */
  private static final int MOST_OF_ALL = 2 * 1024 * 1024;

  private static final String FAILURE = "failure";

  private final AttemptOrder order;
  private final StepsWork work;

  /** Each reply is read once, however many references lead into it. */
  private final Map<String, Value> read = new HashMap<>();

  Journal(AttemptOrder order, StepsWork work) {
    this.order = order;
    this.work = work;
  }

  Optional<Value> reply(String step) {
    Value known = read.get(step);
    return known == null
        ? order.checkpoint("reply:" + step).map(text -> stored(step, text))
        : Optional.of(known);
  }

  private Value stored(String step, String text) {
    Value reply = Json.stored(text);
    read.put(step, reply);
    return reply;
  }

  boolean isDone(String step) {
    return order.checkpoint("reply:" + step).isPresent();
  }

  /** Whether the end is known: each step is done, or one failed. */
  boolean isOver() {
    return order.checkpoint(FAILURE).isPresent()
        || work.steps().stream().map(Step::name).allMatch(this::isDone);
  }

  void done(String step, Value reply) throws StepFailed, AttemptFailed, InterruptedException {
    String text = Json.text(reply);
    if (text.length() > Replies.MOST) {
      throw new StepFailed(Replies.tooLarge());
    }
    long before =
        work.steps().stream()
            .flatMap(other -> order.checkpoint("reply:" + other.name()).stream())
            .mapToLong(String::length)
            .sum();
    if (before + text.length() > MOST_OF_ALL) {
      throw new StepFailed(
          Cause.ofCaller(
              "replies-too-large",
              "the replies of all steps are larger than " + MOST_OF_ALL / 1024 + " KiB",
              "ask for less, or divide the steps among several nodes"));
    }
    order.checkpoint("reply:" + step, text);
  }

  boolean hasBegun(String step) {
    return order.checkpoint("begun:" + step).isPresent();
  }

  void begin(String step, Instant now) throws AttemptFailed, InterruptedException {
    order.checkpoint("begun:" + step, now.toString());
  }

  /** When a job was asked for first, which is now if it never was. */
  Instant asked(String step, Instant now) throws AttemptFailed, InterruptedException {
    Optional<String> before = order.checkpoint("asked:" + step);
    if (before.isPresent()) {
      return Instant.parse(before.get());
    }
    order.checkpoint("asked:" + step, now.toString());
    return now;
  }

  boolean hasAnswered(String step) {
    return order.checkpoint("answered:" + step).isPresent();
  }

  void answered(String step, Instant now) throws AttemptFailed, InterruptedException {
    order.checkpoint("answered:" + step, now.toString());
  }

  void failed(Cause why) throws AttemptFailed, InterruptedException {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("code", new Value.Text(why.code()));
    fields.put("message", new Value.Text(why.message()));
    fields.put("help", new Value.Text(why.help()));
    fields.put("byCaller", new Value.Truth(why.byCaller()));
    order.checkpoint(FAILURE, Json.text(new Value.Fields(fields)));
  }

  Optional<Cause> failure() {
    return order
        .checkpoint(FAILURE)
        .map(Json::stored)
        .map(stored ->
            new Cause(
                text(stored, "code"),
                text(stored, "message"),
                text(stored, "help"),
                stored instanceof Value.Fields(var fields)
                    && new Value.Truth(true).equals(fields.get("byCaller"))));
  }

  private static String text(Value stored, String field) {
    return stored instanceof Value.Fields(var fields)
            && fields.get(field) instanceof Value.Text(String text)
        ? text
        : "";
  }

  /** What the steps that were done left: a map of their replies by name. */
  Value left() {
    Map<String, Value> replies = new LinkedHashMap<>();
    for (Step step : work.steps()) {
      reply(step.name()).ifPresent(reply -> replies.put(step.name(), reply));
    }
    return new Value.Fields(Map.of("steps", new Value.Fields(replies)));
  }
}
