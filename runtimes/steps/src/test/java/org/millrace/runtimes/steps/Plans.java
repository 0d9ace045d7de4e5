package org.millrace.runtimes.steps;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

/** Steps as tests want them. */
final class Plans {
  private static final Duration SOON = Duration.ofSeconds(30);

  private Plans() {}

  static StepsWork work(Step... steps) {
    return new StepsWork(List.of(steps), Map.of());
  }

  static HttpRequest get(String url) {
    return new HttpRequest("GET", url, Map.of(), Optional.empty());
  }

  static HttpRequest post(String url, Value json) {
    return new HttpRequest("POST", url, Map.of(), Optional.of(new HttpRequest.Body.Json(json)));
  }

  static Step.Call call(String name, HttpRequest request) {
    return call(name, request, SOON);
  }

  static Step.Call call(String name, HttpRequest request, Duration within) {
    return new Step.Call(name, request, Set.of(), Optional.empty(), within);
  }

  static Step.Call probed(String name, HttpRequest request, HttpRequest probe) {
    return probed(name, request, new Step.Probe(probe, Optional.empty()));
  }

  static Step.Call probed(String name, HttpRequest request, Step.Probe probe) {
    return new Step.Call(name, request, Set.of(), Optional.of(probe), SOON);
  }

  /** In the manner of DIASTEMA, but in a hurry. */
  static Step.Poll poll(String name, String url) {
    return poll(name, url, Optional.empty(), Duration.ZERO);
  }

  static Step.Poll poll(String name, String url, Optional<Duration> atMost, Duration patience) {
    return new Step.Poll(
        name,
        get(url),
        field("status"),
        Set.of("progress"),
        Set.of("complete"),
        Set.of("error"),
        Optional.of(field("message")),
        Duration.ofMillis(10),
        atMost,
        patience,
        SOON);
  }

  static ValuePath field(String name) {
    return new ValuePath(List.of(new ValuePath.Step.Field(name)));
  }

  static Value map(Object... namesAndValues) {
    Map<String, Value> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(String.valueOf(namesAndValues[i]), value(namesAndValues[i + 1]));
    }
    return new Value.Fields(fields);
  }

  static Value value(Object plain) {
    return switch (plain) {
      case Value value -> value;
      case Boolean truth -> new Value.Truth(truth);
      case Number number -> new Value.Numeral(number.toString());
      default -> new Value.Text(plain.toString());
    };
  }

  /** What is there, behind fields of these names. */
  static Value at(Value whole, String... names) {
    var path =
        new ValuePath(Arrays.stream(names).<ValuePath.Step>map(ValuePath.Step.Field::new).toList());
    if (path.in(whole) instanceof ValuePath.Looked.Found(Value found)) {
      return found;
    }
    throw new AssertionError("nothing at " + path + " of " + whole);
  }
}
