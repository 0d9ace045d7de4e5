package org.millrace.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.impl.EnglishReasonPhraseCatalog;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.net.URIAuthority;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Cause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to an HTTP peer and what became of it, redirects included. Thread-safe.
 *
 * <h2>Contract</h2>
 *
 * <ul>
 *   <li>Redirects: GET follows 301, 302, 303, 307 and 308; PUT and POST send their body again after
 *       301, 307 and 308, PUT after 302 too. After PUT or POST a 303 means that the file was taken.
 *       A 302 after a POST is a failure: it may mean "taken, look here" as well as "log in first",
 *       and a lost file is worse than a failed task.
 *   <li>A redirect never leads from {@code https} to {@code http}, nor to another scheme; each
 *       address is asked of the destination policy like the first.
 *   <li>User info of the URL goes as Basic credentials with the first request to that host and
 *       port, also after the step from {@code http} to {@code https} of the same host; never to
 *       another. User info in a Location is ignored.
 *   <li>No coding is asked for, none is undone: bytes as sent.
 * </ul>
 */
final class HttpPeer {
  private static final Logger LOG = LoggerFactory.getLogger(HttpPeer.class);
  private static final int WINDOW = 3;
  private final HttpClients clients;
  private final InstantSource clock;
  private final Side side;
  private final boolean followsRedirects;

  HttpPeer(HttpClients clients, InstantSource clock, Side side) {
    this(clients, clock, side, true);
  }

  private HttpPeer(HttpClients clients, InstantSource clock, Side side, boolean followsRedirects) {
    this.clients = clients;
    this.clock = clock;
    this.side = side;
    this.followsRedirects = followsRedirects;
  }

  /** The same, but a redirect is an answer like any other. */
  HttpPeer withoutRedirects() {
    return new HttpPeer(clients, clock, side, false);
  }

  /** What the file is to the task; begins the codes of causes. */
  enum Side {
    INPUT,
    OUTPUT,
    HOOK;

    String code(String end) {
      return name().toLowerCase(Locale.ROOT) + "-" + end;
    }
  }

  /**
   * What is asked.
   *
   * @param body asked for anew each time it is sent
   */
  record Ask(
      String method, HttpUrl url, List<Header> headers, Optional<Supplier<HttpEntity>> body) {

    static Ask get(HttpUrl url) {
      return new Ask("GET", url, List.of(), Optional.empty());
    }

    Ask with(String header, String value) {
      List<Header> more = new ArrayList<>(headers);
      more.add(new BasicHeader(header, value));
      return new Ask(method, url, more, body);
    }

    boolean isGet() {
      return method.equals("GET");
    }

    /** Who asks for a part is told so when there is none. */
    private boolean mayBeAnswered(int status) {
      return status == 416
          && headers.stream().anyMatch(header -> header.getName().equals(HttpHeaders.RANGE));
    }
  }

  /** What to do with an answer that is neither a redirect nor a refusal. */
  interface Answer<T> {

    /** {@code at} is where it came from in the end, credentials included. */
    T read(ClassicHttpResponse response, HttpUrl at) throws IOException, Fault;
  }

  /** Asks, follows, and reads the answer, once. Answers of 400 and above are faults already. */
  <T> T ask(Ask ask, Meter meter, Answer<T> answer) throws Fault, InterruptedException {
    if (Thread.interrupted()) { // a peer that answers at once would not be waited for
      throw new InterruptedException("interrupted before a request was sent");
    }
    HttpUrl at = ask.url();
    for (int redirects = 0; redirects <= clients.config().redirects(); redirects++) {
      Step<T> step = step(ask, at, meter, answer);
      switch (step) {
        case Done<T>(T value) -> {
          return value;
        }
        case Moved<T>(HttpUrl to) -> at = to;
      }
    }
    throw Fault.forGood(
        "redirect-loop",
        what(ask, ask.url())
            + " was redirected more than "
            + clients.config().redirects()
            + " times",
        "give the final URL, or raise transfer.http.redirects");
  }

  private sealed interface Step<T> {}

  private record Done<T>(T value) implements Step<T> {}

  private record Moved<T>(HttpUrl to) implements Step<T> {}

  private <T> Step<T> step(Ask ask, HttpUrl at, Meter meter, Answer<T> answer)
      throws Fault, InterruptedException {
    HttpUriRequestBase request = request(ask, at);
    Duration window = clients.config().readTimeout().multipliedBy(WINDOW);
    long least = clients.config().slowest() * window.toMillis() / 1_000;
    WatchedExchange exchange = new WatchedExchange(request::abort, meter::total, window, least);
    try {
      return exchange.run(() -> send(ask, at, request, answer));
    } catch (IOException problem) {
      throw fault(ask, at, problem);
    }
  }

  static HttpUriRequestBase request(Ask ask, HttpUrl at) {
    // The path is set apart: java.net.URI would refuse host names that resolve well, such as a_b.
    HttpUriRequestBase request = new HttpUriRequestBase(ask.method(), URI.create("/"));
    request.setScheme(at.scheme());
    request.setAuthority(new URIAuthority(at.host(), at.port()));
    request.setPath(at.target());
    request.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    ask.headers().forEach(request::setHeader);
    at.user().ifPresent(user -> request.setHeader(HttpHeaders.AUTHORIZATION, user.toBasic()));
    ask.body().ifPresent(body -> request.setEntity(body.get()));
    return request;
  }

  private <T> Step<T> send(Ask ask, HttpUrl at, HttpUriRequestBase request, Answer<T> answer)
      throws IOException, Fault {
    HttpHost host = new HttpHost(at.scheme(), at.host(), at.port());
    ClassicHttpResponse response =
        clients.client().executeOpen(host, request, HttpClientContext.create());
    try {
      Optional<HttpUrl> moved = followsRedirects ? moved(ask, at, response) : Optional.empty();
      if (moved.isPresent()) {
        return new Moved<>(moved.get());
      }
      if (response.getCode() >= 400 && !ask.mayBeAnswered(response.getCode())) {
        throw refusal(ask, at, response);
      }
      return new Done<>(answer.read(response, at));
    } finally {
      leave(request, response);
    }
  }

  /**
   * Gives the connection back if all of the answer is here, else ends it. Never waits for the peer
   * (closing an answer would read it to its end): what it says after its status must not turn a
   * stored file into a failure.
   */
  static void leave(HttpUriRequestBase request, ClassicHttpResponse response) {
    try (response) {
      HttpEntity entity = response.getEntity();
      if (entity != null && entity.getContentLength() >= 0) {
        InputStream content = entity.getContent();
        if (entity.getContentLength() <= content.available()) {
          content.close();
        }
      }
      request.abort(); // does nothing to a connection that was given back
    } catch (IOException problem) {
      LOG.debug("leaving a connection: {}", LocalFault.reason(problem));
    }
  }

  private Optional<HttpUrl> moved(Ask ask, HttpUrl at, ClassicHttpResponse response) throws Fault {
    int status = response.getCode();
    boolean moved =
        switch (status) {
          case 301, 307, 308 -> true;
          case 302 -> {
            if (ask.method().equals("POST")) {
              throw Fault.forGood(
                  side.code("redirected"),
                  what(ask, at)
                      + " was answered "
                      + phrase(status)
                      + ", which does not say whether the file was taken",
                  "give the final URL of the upload");
            }
            yield true;
          }
          case 303 -> ask.isGet();
          default -> false;
        };
    Header location = response.getFirstHeader(HttpHeaders.LOCATION);
    if (!moved || location == null) {
      return Optional.empty();
    }
    return Optional.of(target(ask, at, location.getValue()));
  }

  /** Where a redirect leads, with the credentials of the URL if it may have them. */
  static HttpUrl target(Ask ask, HttpUrl at, String location) throws Fault {
    HttpUrl to;
    try {
      to = at.resolve(location);
    } catch (HttpUrl.Malformed malformed) {
      throw Fault.forGood(
          "redirect-refused",
          what(ask, at) + " was redirected to a URL that " + malformed.reason(),
          "");
    }
    if (at.scheme().equals("https") && !to.scheme().equals("https")) {
      throw Fault.forGood(
          "redirect-refused",
          what(ask, at) + " was redirected from https to " + to.masked(),
          "if that is meant, give the http URL");
    }
    return at.trusts(to) ? to.withUser(at.user()) : to;
  }

  private Fault refusal(Ask ask, HttpUrl at, ClassicHttpResponse response) {
    int status = response.getCode();
    String message = what(ask, at) + " was answered " + phrase(status);
    return switch (status) {
      case 401, 403 -> Fault.forGood(side.code("denied"), message, "");
      case 404, 410 -> Fault.forGood(side.code("not-found"), message, Fault.LOOK);
      case 408 -> Fault.passing("peer-silent", message, retryAfter(response));
      case 425, 429 -> Fault.passing("peer-busy", message, retryAfter(response));
      case 409 ->
          side == Side.HOOK
              ? Fault.passing("peer-busy", message, retryAfter(response))
              : Fault.forGood(side.code("refused"), message, "");
      case 413 -> Fault.forGood(side.code("too-large"), message, "");
      default ->
          status >= 500
              ? Fault.passing("peer-failed", message, retryAfter(response))
              : Fault.forGood(side.code("refused"), message, "");
    };
  }

  /** An answer below 400 that is no use to us. */
  Fault unexpected(Ask ask, HttpUrl at, int status) {
    return Fault.forGood(
        side.code("refused"), what(ask, at) + " was answered " + phrase(status), "");
  }

  /** An answer below 400 after which another try may go better. */
  Fault notYet(Ask ask, HttpUrl at, int status) {
    return Fault.passing("peer-redirects", what(ask, at) + " was answered " + phrase(status));
  }

  private Optional<Duration> retryAfter(ClassicHttpResponse response) {
    Header header = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
    if (header == null) {
      return Optional.empty();
    }
    String value = header.getValue().strip();
    if (!value.isEmpty()
        && value.length() <= 9
        && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    @Nullable Instant when = DateUtils.parseStandardDate(value);
    return Optional.ofNullable(when).map(then -> Duration.between(clock.instant(), then));
  }

  /** What a problem on the way means. */
  static Fault fault(Ask ask, HttpUrl at, IOException problem) {
    String what = what(ask, at);
    return switch (problem) {
      case LocalFault local -> Fault.later(local.code(), what + ": " + local.getMessage());
      case CheckedNames.DestinationRefused refused -> Fault.forGood(refused.why());
      case UnknownHostException _ ->
          Fault.passing(
              Cause.ofCaller(
                  "host-unknown", what + ": no address found for host " + at.host(), ""));
      case WatchedExchange.Crawling crawling ->
          Fault.passing("peer-slow", what + ": " + crawling.getMessage());
      case ConnectionRequestTimeoutException _ ->
          Fault.passing(
              "transfer-busy", what + ": no connection became free (transfer.http.connections)");
      case ConnectTimeoutException _ ->
          Fault.passing("peer-unreachable", what + ": connecting took too long");
      case ConnectException _ -> Fault.passing("peer-unreachable", what + ": connection refused");
      case NoRouteToHostException _ ->
          Fault.passing("peer-unreachable", what + ": no route to the host");
      case SocketTimeoutException _ ->
          Fault.passing("peer-silent", what + ": the peer was silent for too long");
      case SSLException tls when isAboutTrust(tls) ->
          Fault.forGood(
              new Cause(
                  "peer-not-trusted",
                  what + ": the certificate of " + at.host() + " is not trusted",
                  "add its authority to the trust store of the JVM"));
      case IOException _ ->
          Fault.passing("peer-broke-off", what + ": the connection broke (" + kind(problem) + ")");
    };
  }

  private static boolean isAboutTrust(SSLException problem) {
    Throwable cause = problem;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Messages of lower layers may quote what the peer sent; their type is telling enough. */
  private static String kind(IOException problem) {
    return switch (problem.getMessage()) {
      case "Connection reset", "Broken pipe" -> problem.getMessage();
      case null, default -> problem.getClass().getSimpleName();
    };
  }

  static String what(Ask ask, HttpUrl at) {
    return ask.method() + " " + at.masked();
  }

  static String phrase(int status) {
    @Nullable String reason = EnglishReasonPhraseCatalog.INSTANCE.getReason(status, Locale.ROOT);
    return reason == null ? Integer.toString(status) : status + " " + reason;
  }
}
