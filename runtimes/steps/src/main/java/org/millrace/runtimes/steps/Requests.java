package org.millrace.runtimes.steps;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.millrace.domain.task.HttpRequest;
import org.millrace.engine.services.NoAnswer;
import org.millrace.engine.services.ServiceClient;
import org.millrace.engine.services.ServiceClient.Answer;
import org.millrace.engine.services.ServiceClient.Ask;
import org.millrace.engine.services.ServiceClient.Content;
import org.millrace.engine.staging.UrlSecrets;

/** Sends the requests of an attempt, and notes each in its log. */
final class Requests {
  private final ServiceClient client;
  private final InstantSource clock;
  private final StepLog log;

  Requests(ServiceClient client, InstantSource clock, StepLog log) {
    this.client = client;
    this.clock = clock;
    this.log = log;
  }

  /** Sends one whose secrets are open, once. */
  Answer send(String step, HttpRequest request, Set<Integer> accepted, Duration within)
      throws NoAnswer, InterruptedException {
    Instant sent = clock.instant();
    String outcome = "stopped";
    try {
      Answer answer =
          client.ask(
              new Ask(
                  request.method(),
                  request.url(),
                  request.headers(),
                  request.body().map(Requests::content),
                  accepted,
                  Replies.MOST),
              within);
      outcome = String.valueOf(answer.status());
      return answer;
    } catch (NoAnswer none) {
      outcome = none.why().code();
      throw none;
    } finally {
      long millis = Duration.between(sent, clock.instant()).toMillis();
      log.line(step + ": " + what(request) + " " + outcome + " " + millis + " ms");
    }
  }

  /** For people. */
  static String what(HttpRequest request) {
    return request.method() + " " + UrlSecrets.masked(request.url());
  }

  private static Content content(HttpRequest.Body body) {
    return switch (body) {
      case HttpRequest.Body.Json(var value) -> new Content(Json.text(value), "application/json");
      case HttpRequest.Body.Form(Map<String, String> fields) ->
          new Content(
              fields.entrySet().stream()
                  .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                  .collect(Collectors.joining("&")),
              "application/x-www-form-urlencoded");
      case HttpRequest.Body.Plain(String text, String type) -> new Content(text, type);
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
