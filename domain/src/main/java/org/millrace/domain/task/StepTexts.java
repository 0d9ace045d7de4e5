package org.millrace.domain.task;

import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.millrace.domain.graph.BadReference;
import org.millrace.domain.graph.Filler;
import org.millrace.domain.graph.MissingValue;

/**
 * Goes over the texts of steps in which references may stand: URLs, headers and bodies of requests,
 * and what other steps are given.
 */
public final class StepTexts {
  private StepTexts() {}

  /** A step whose references are all replaced. */
  public static Step filled(Step step, Filler filler) throws BadReference, MissingValue {
    return switch (step) {
      case Step.Call call ->
          new Step.Call(
              call.name(),
              filled(call.request(), filler),
              call.accepted(),
              call.probe().isPresent()
                  ? Optional.of(
                      new Step.Probe(
                          filled(call.probe().get().request(), filler), call.probe().get().found()))
                  : Optional.empty(),
              call.within());
      case Step.Poll poll ->
          new Step.Poll(
              poll.name(),
              filled(poll.request(), filler),
              poll.word(),
              poll.going(),
              poll.done(),
              poll.failed(),
              poll.message(),
              poll.every(),
              poll.atMost(),
              poll.patience(),
              poll.within());
      case Step.Other other ->
          new Step.Other(other.name(), other.kind(), filler.value(other.arguments()));
    };
  }

  /** The step with each request that it may send exchanged for another. */
  public static Step withRequests(Step step, UnaryOperator<HttpRequest> change) {
    return switch (step) {
      case Step.Call call ->
          new Step.Call(
              call.name(),
              change.apply(call.request()),
              call.accepted(),
              call.probe()
                  .map(probe -> new Step.Probe(change.apply(probe.request()), probe.found())),
              call.within());
      case Step.Poll poll ->
          new Step.Poll(
              poll.name(),
              change.apply(poll.request()),
              poll.word(),
              poll.going(),
              poll.done(),
              poll.failed(),
              poll.message(),
              poll.every(),
              poll.atMost(),
              poll.patience(),
              poll.within());
      case Step.Other other -> other;
    };
  }

  /** The requests that a step may send. */
  public static Stream<HttpRequest> requests(Step step) {
    return switch (step) {
      case Step.Call call ->
          Stream.concat(Stream.of(call.request()), call.probe().stream().map(Step.Probe::request));
      case Step.Poll poll -> Stream.of(poll.request());
      case Step.Other _ -> Stream.empty();
    };
  }

  private static HttpRequest filled(HttpRequest request, Filler filler)
      throws BadReference, MissingValue {
    return new HttpRequest(
        request.method(),
        filler.text(request.url()),
        filler.texts(request.headers()),
        request.body().isPresent()
            ? Optional.of(filled(request.body().get(), filler))
            : Optional.empty());
  }

  private static HttpRequest.Body filled(HttpRequest.Body body, Filler filler)
      throws BadReference, MissingValue {
    return switch (body) {
      case HttpRequest.Body.Json(var value) -> new HttpRequest.Body.Json(filler.value(value));
      case HttpRequest.Body.Form(var fields) -> new HttpRequest.Body.Form(filler.texts(fields));
      case HttpRequest.Body.Plain(String text, String type) ->
          new HttpRequest.Body.Plain(filler.text(text), type);
    };
  }
}
