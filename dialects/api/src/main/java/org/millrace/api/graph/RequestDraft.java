package org.millrace.api.graph;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.Step;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

/** A request to a service: {@code POST URL}, or a map, and what is sent with it. */
final class RequestDraft {
  private static final int LONGEST_URL = 8192;
  private static final int MOST_HEADERS = 100;
  private static final int MOST_FIELDS = 10_000;
  private static final int LONGEST_TYPE = 200;
  private static final Pattern LINE =
      Pattern.compile("(?:(GET|HEAD|POST|PUT|PATCH|DELETE) )?((?:https?://|\\$\\{)\\P{Cntrl}*+)");
  private static final Pattern URL = Pattern.compile("(?:https?://|\\$\\{)\\P{Cntrl}*+");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}");

  private enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE
  }

  /** Method and URL. */
  record Line(String method, String url) {
    HttpRequest with(Carried carried) {
      return new HttpRequest(method, url, carried.headers, carried.body());
    }
  }

  /** What is sent with them. */
  static final class Carried {
    private Map<String, String> headers = Map.of();
    private Optional<Value> json = Optional.empty();
    private Optional<Map<String, String>> form = Optional.empty();
    private Optional<String> text = Optional.empty();
    private Optional<String> contentType = Optional.empty();

    Map<String, String> headers() {
      return headers;
    }

    private Optional<HttpRequest.Body> body() {
      return Stream.of(
              json.map(HttpRequest.Body.Json::new),
              form.map(HttpRequest.Body.Form::new),
              text.map(words ->
                  new HttpRequest.Body.Plain(
                      words, contentType.orElse("text/plain; charset=utf-8"))))
          .flatMap(Optional::stream)
          .map(HttpRequest.Body.class::cast)
          .findFirst();
    }
  }

  private static final class Words {
    Optional<Method> method = Optional.empty();
    Optional<String> url = Optional.empty();

    Optional<Line> line() {
      return url.map(known -> new Line(method.orElse(Method.GET).name(), known));
    }
  }

  private static final class Probe {
    final Words words = new Words();
    final Carried carried = new Carried();
    Optional<ValuePath> found = Optional.empty();
  }

  /** Of a step, and of a request that is written as a map. */
  static final Fields<Carried> CARRIED =
      new Fields<Carried>()
          .with("headers", (in, carried) -> carried.headers = headers(in))
          .with("json", (in, carried) -> carried.json = in.value())
          .with(
              "form",
              (in, carried) -> carried.form = Optional.of(in.map(MOST_FIELDS, Cursor::words)))
          .with("text", (in, carried) -> carried.text = in.text())
          .with("content_type", (in, carried) -> carried.contentType = in.text(LONGEST_TYPE));

  private static final Fields<Words> WORDS =
      new Fields<Words>()
          .with(
              "method",
              (in, words) -> words.method = Choice.of(in, Method.class, Choice.Case.UPPER))
          .with("url", (in, words) -> words.url = url(in))
          .needing("url");

  private static final Fields<Probe> PROBE =
      new Fields<Probe>()
          .withEach(WORDS, probe -> probe.words)
          .withEach(CARRIED, probe -> probe.carried)
          .with("found", (in, probe) -> probe.found = References.path(in))
          .needing("url");

  private RequestDraft() {}

  /** Method and URL, of a step that says beside them what is sent with them. */
  static Optional<Line> line(Cursor in) throws IOException {
    if (in.isAt(JsonToken.VALUE_STRING)) {
      return written(in);
    }
    var words = new Words();
    WORDS.read(in, words);
    return words.line();
  }

  /** A request that says all of itself, and what its answer must hold. */
  static Optional<Step.Probe> probe(Cursor in) throws IOException {
    if (in.isAt(JsonToken.VALUE_STRING)) {
      return written(in).map(line -> new Step.Probe(line.with(new Carried()), Optional.empty()));
    }
    Spot spot = in.spot();
    var probe = new Probe();
    PROBE.read(in, probe).ifPresent(given -> checkBody(in, spot, given));
    return probe.words.line().map(line -> new Step.Probe(line.with(probe.carried), probe.found));
  }

  /** A request has one body, and only a text needs to say what it is. */
  static void checkBody(Cursor in, Spot spot, Set<String> given) {
    List<String> bodies = Stream.of("json", "form", "text").filter(given::contains).toList();
    if (bodies.size() > 1) {
      in.fault(spot, "a request has one body, and this has " + String.join(" and ", bodies));
    } else if (given.contains("content_type") && !given.contains("text")) {
      in.fault(spot, "content_type: belongs to a body that is 'text'");
    }
  }

  private static Optional<Line> written(Cursor in) throws IOException {
    Optional<String> text = in.text(LONGEST_URL);
    Optional<Matcher> line = text.map(LINE::matcher).filter(Matcher::matches);
    if (text.isPresent() && line.isEmpty()) {
      in.fault(
          "a URL is wanted, perhaps with a method before it, like POST http://host/jobs, not "
              + Shown.quoted(text.get()));
    }
    return line.map(
        found -> new Line(Optional.ofNullable(found.group(1)).orElse("GET"), found.group(2)));
  }

  private static Optional<String> url(Cursor in) throws IOException {
    return in.text(LONGEST_URL)
        .filter(text -> {
          boolean isUrl = URL.matcher(text).matches();
          if (!isUrl) {
            in.fault("a URL is wanted, like http://host/jobs, not " + Shown.quoted(text));
          }
          return isUrl;
        });
  }

  private static Map<String, String> headers(Cursor in) throws IOException {
    Spot spot = in.spot();
    Map<String, String> headers = in.map(MOST_HEADERS, Cursor::words);
    headers.forEach((name, value) -> {
      if (!HEADER.matcher(name).matches()) {
        in.fault(spot, Shown.quoted(name) + " is no name of a header");
      } else if (value.chars().anyMatch(Character::isISOControl)) {
        in.fault(spot, name, "must not hold control characters");
      }
    });
    return headers;
  }
}
