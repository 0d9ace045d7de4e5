package org.millrace.api;

import java.io.IOException;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.millrace.api.LogShelf.Place;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.threads.Bell;
import org.millrace.engine.views.LogFolder;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.TaskViews;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;

/** Logs of executors: all of it, a range, its end, or followed as it grows. */
final class LogRoutes {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final TaskViews views;
  private final LogShelf shelf;
  private final LogFollower follower;

  LogRoutes(TaskViews views, LogFolder folder, Bell history) {
    this.views = views;
    this.shelf = new LogShelf(folder);
    this.follower = new LogFollower(views, shelf, history);
  }

  /** One stream of one executor of one attempt. */
  Answer ofExecutor(Exchange exchange) throws IOException, InterruptedException {
    Asked.only(exchange, "follow", "tail");
    return log(
        exchange,
        new LogShelf.Wanted(
            Asked.task(exchange),
            OptionalInt.of(Asked.number(exchange, "attempt", 1)),
            OptionalInt.of(Asked.number(exchange, "executor", 0)),
            stream(exchange)));
  }

  /**
   * Of the latest attempt, the last executor that has a log; or as {@code attempt} and so on say.
   */
  Answer latest(Exchange exchange) throws IOException, InterruptedException {
    Asked.only(exchange, "follow", "tail", "attempt", "executor");
    return log(
        exchange,
        new LogShelf.Wanted(
            Asked.task(exchange),
            given(exchange, "attempt", 1),
            given(exchange, "executor", 0),
            stream(exchange)));
  }

  private static OptionalInt given(Exchange exchange, String name, int least) {
    long number = exchange.query().number(name, -1, least, Integer.MAX_VALUE);
    return number < 0 ? OptionalInt.empty() : OptionalInt.of((int) number);
  }

  private static LogFolder.Stream stream(Exchange exchange) {
    String name = exchange.parameter("stream");
    return switch (name) {
      case "stdout" -> LogFolder.Stream.STDOUT;
      case "stderr" -> LogFolder.Stream.STDERR;
      default ->
          throw new Refusal(
              new Failure.NotFound("stream '" + name + "' (there are stdout and stderr)"));
    };
  }

  private Answer log(Exchange exchange, LogShelf.Wanted wanted)
      throws IOException, InterruptedException {
    TaskView view = views.find(wanted.task(), exchange.caller());
    OptionalLong tail = tail(exchange);
    boolean followed = exchange.query().flag("follow");
    refuseWhatCannotBe(wanted, view, followed);
    if (followed) {
      return Answer.followed(TEXT, out -> follower.follow(wanted, tail, exchange.caller(), out));
    }
    Place place = shelf.latest(wanted, view).orElseThrow(() -> nothingYet(wanted, view));
    return shelf
        .use(place, wanted, view, log -> answer(log, tail))
        .orElseThrow(() -> nothingYet(wanted, view));
  }

  private static OptionalLong tail(Exchange exchange) {
    long bytes = exchange.query().number("tail", -1, 0, Long.MAX_VALUE);
    if (bytes >= 0 && exchange.header("Range").isPresent()) {
      throw Refusal.invalid("tail", "cannot be asked for together with a Range header");
    }
    return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private static void refuseWhatCannotBe(
      LogShelf.Wanted wanted, TaskView view, boolean mayStillCome) {
    int executors = LogShelf.executors(view);
    if (wanted.executor().orElse(0) >= executors) {
      throw new Refusal(
          new Failure.NotFound(
              "executor %d of task %s, which has 0 to %d,"
                  .formatted(wanted.executor().getAsInt(), wanted.task(), executors - 1)));
    }
    int begun = view.task().attempt();
    boolean comes = mayStillCome && !view.task().state().isFinal();
    if (wanted.attempt().orElse(0) > begun && !comes) {
      throw new Refusal(
          new Failure.NotFound(
              "attempt %d of task %s, which has %d,"
                  .formatted(wanted.attempt().getAsInt(), wanted.task(), begun)));
    }
  }

  private static Refusal nothingYet(LogShelf.Wanted wanted, TaskView view) {
    return new Refusal(
        new Failure.NotFound(
            "a log of task %s, which is %s,".formatted(wanted.task(), view.task().state())));
  }

  /** {@code Log-Part} tells whether this is the whole of the stream, or all that is left of it. */
  private static Answer answer(Log log, OptionalLong tail) throws IOException {
    String part =
        switch (log) {
          case Log.Whole _ -> "whole";
          case Log.Tail _ -> "tail";
        };
    return Answer.sized(TEXT, LogContent.of(log, tail))
        .with("Log-Part", part)
        .with("Cache-Control", "no-store");
  }
}
