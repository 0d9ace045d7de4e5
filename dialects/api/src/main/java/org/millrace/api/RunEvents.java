package org.millrace.api;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.run.RunId;
import org.millrace.engine.runs.RunViewStore.RunEventLine;
import org.millrace.engine.runs.RunViews;
import org.millrace.engine.threads.Bell;
import org.millrace.http.Answer;
import org.millrace.http.EventStream;
import org.millrace.http.Exchange;

/**
 * The history of a run: a page of it, or all of it, followed to the run's end. The cursor is the
 * sequence of the last line, which is also its id in a stream. Thread-safe.
 */
final class RunEvents {
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1000;
  private static final int AT_ONCE = 256;

  private final RunViews views;
  private final Pace pace;

  RunEvents(RunViews views, Bell history) {
    this.views = views;
    this.pace = new Pace(history, Duration.ofMillis(50), Duration.ofMillis(500));
  }

  private record Listed(List<WireRunEvent> events, Optional<Long> nextAfter) {}

  Answer ofRun(Exchange exchange) {
    RunId run = Asked.run(exchange);
    boolean isFollowed =
        exchange.headers("Accept").stream()
            .anyMatch(accept -> accept.toLowerCase(Locale.ROOT).contains("text/event-stream"));
    return isFollowed ? followed(exchange, run) : page(exchange, run);
  }

  private Answer page(Exchange exchange, RunId run) {
    Asked.only(exchange, "after", "page_size");
    int size = (int) exchange.query().number("page_size", USUAL_PAGE, 1, LARGEST_PAGE);
    long after = Asked.cursor(exchange, views.newestLine()).orElse(0);
    List<RunEventLine> lines = views.history(run, after, size, exchange.caller());
    return Json.answer(
        new Listed(
            lines.stream().map(line -> WireRunEvent.of(run, line)).toList(),
            lines.size() < size ? Optional.empty() : Optional.of(lines.getLast().sequence())));
  }

  /**
   * A browser opens a stream that has ended again and again; 204 tells it that nothing will follow.
   */
  private Answer followed(Exchange exchange, RunId run) {
    Asked.only(exchange, "after");
    Caller caller = exchange.caller();
    boolean hasEnded = views.find(run, caller).run().state().isFinal();
    long after = Asked.cursor(exchange, views.newestLine()).orElse(0);
    return hasEnded && views.history(run, after, 1, caller).isEmpty()
        ? Answer.empty(204)
        : Answer.events(out -> send(run, after, caller, out));
  }

  /** Sends what has happened and what happens, until the run has ended and all is told. */
  private void send(RunId run, long after, Caller caller, EventStream out)
      throws IOException, InterruptedException {
    long cursor = after;
    while (true) {
      long heard = pace.bell().rings();
      boolean hasEnded = views.find(run, caller).run().state().isFinal(); // before the last line
      cursor = sendNews(run, cursor, caller, out);
      if (hasEnded) {
        return;
      }
      pace.await(heard);
    }
  }

  private long sendNews(RunId run, long after, Caller caller, EventStream out) throws IOException {
    long cursor = after;
    List<RunEventLine> news;
    do {
      news = views.history(run, cursor, AT_ONCE, caller);
      for (RunEventLine line : news) {
        WireRunEvent event = WireRunEvent.of(run, line);
        out.send(Long.toString(line.sequence()), event.about(), Json.text(event));
        cursor = line.sequence();
      }
    } while (news.size() == AT_ONCE);
    return cursor;
  }
}
