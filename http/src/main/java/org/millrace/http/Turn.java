package org.millrace.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.http.CarriedFaces.Target;
import org.millrace.http.signin.Credentials;
import org.millrace.http.signin.SignIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request, from its headers to the last byte of its answer. */
final class Turn {
  private static final Logger LOG = LoggerFactory.getLogger(Turn.class);
  private static final Set<String> USUAL_METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");
  private static final List<String> ALL_METHODS =
      List.of("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT");
  private static final int CLIENT_GONE = 499;
  private static final long SMALL_REST = 64 << 10;

  private final Edge edge;
  private final CarriedFaces faces;
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final String method;
  private final RequestPath path;
  private final RequestBody body;
  private final AnswerWriter writer;
  private @Nullable Face face;
  private Optional<Caller> caller = Optional.empty();
  private String route = "";
  private int status;

  Turn(Edge edge, CarriedFaces faces, Request request, Response response, Callback callback) {
    this.edge = edge;
    this.faces = faces;
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.method = request.getMethod();
    this.path = RequestPath.of(request);
    this.body = RequestBody.of(request, edge.bodies());
    this.writer = edge.writer(request, response);
  }

  /** Answers whatever happens, once. */
  void take() {
    try {
      Answer answer = answer();
      if (body.failure().isEmpty()) {
        send(answer);
      } else {
        fail(body.failure().get()); // whatever the handler made of half a body
      }
    } catch (Exception | Error failure) {
      fail(body.failure().orElse(failure));
    } finally {
      body.close();
      observe();
    }
  }

  /** Answers what Jetty took for no request. */
  void takeMalformed(int suggestedStatus, Throwable cause) {
    Problem malformed = Problem.malformed(suggestedStatus);
    LingeringClose.after(request); // whatever follows is no body that could be drained
    refuse(malformed.with(new Header("Connection", "close")), cause); // as Jetty does, unsaid
    observe();
  }

  /** Answers what came on a connection that was kept, while the server stops. */
  void takeTooLate() {
    Problem stopping = Problem.of(OpenStreams.STOPPING).with(new Header("Connection", "close"));
    refuse(stopping, new IOException("stopping"));
    observe();
  }

  /** Answers, or ends, what went wrong; for Jetty also after {@link #take}. */
  void fail(Throwable failure) {
    if (failure instanceof ClientGone) {
      abandon(failure);
    } else {
      refuse(problem(failure), failure);
    }
  }

  private void refuse(Problem problem, Throwable cause) {
    if (response.isCommitted()) {
      abandon(cause); // half an answer must not look whole
      return;
    }
    try {
      response.reset();
      send(form(problem));
    } catch (IOException | InterruptedException | RuntimeException failure) {
      abandon(failure);
    }
  }

  private Answer answer() throws IOException, InterruptedException {
    if (!path.isDecoded()) {
      throw new RefusedByHttp(Problem.malformed(400));
    }
    return switch (faces.find(method, path)) {
      case Target.Found(RouteTable table, RouteTable.Match match) -> {
        face = table.face();
        route = match.route().template();
        yield handled(table, match);
      }
      case Target.OtherMethods(RouteTable table, var methods) -> {
        face = table.face();
        yield withoutHandler(methods);
      }
      case Target.Unknown _ when path.text().equals("*") -> withoutHandler(ALL_METHODS);
      case Target.Unknown _ -> throw new RefusedByHttp(Problem.unknownPath());
    };
  }

  private Answer handled(RouteTable table, RouteTable.Match match)
      throws IOException, InterruptedException {
    Route route = match.route();
    caller =
        switch (route.access()) {
          case OPEN -> Optional.empty();
          case SIGNED_IN -> Optional.of(signedIn());
        };
    var exchange =
        new Exchange(
            method,
            path.text(),
            match.parameters(),
            () -> QueryText.parse(request),
            request.getHeaders(),
            caller,
            edge.crossOrigin().isFromElsewhere(request.getHeaders(), signIn()),
            remote(),
            body.open(table.rules()));
    return route.handler().answer(exchange);
  }

  private Caller signedIn() {
    SignIn signIn = signIn();
    edge.crossOrigin().check(method, request.getHeaders(), signIn);
    var authorization = Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION));
    return signIn.caller(new Credentials(authorization, remote().getAddress()));
  }

  private Answer withoutHandler(Collection<String> methods) {
    if (!method.equals("OPTIONS")) {
      throw new RefusedByHttp(Problem.wrongMethod(method, methods));
    }
    return edge.crossOrigin()
        .preflight(method, request.getHeaders(), methods)
        .orElseGet(() -> Answer.empty(200).with("Allow", String.join(", ", methods)));
  }

  private SignIn signIn() {
    return Optional.ofNullable(face).flatMap(Face::signIn).orElse(edge.signIn());
  }

  /** On whose account streams are open: the user's, else that of the address. */
  private String whose() {
    return caller
        .map(Caller::owner)
        .filter(owner -> !owner.equals(Owner.ANONYMOUS))
        .map(owner -> "user " + owner)
        .orElseGet(() -> "address " + remote().getAddress().getHostAddress());
  }

  private InetSocketAddress remote() {
    return (InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress();
  }

  private void send(Answer answer) throws IOException, InterruptedException {
    status = answer.status();
    var more = new ArrayList<>(edge.crossOrigin().headersFor(request.getHeaders()));
    boolean unread = !body.finished();
    if (answer.status() == 413 || (unread && !isSoonRead())) {
      more.add(new Header("Connection", "close"));
    }
    writer.send(answer, more, this::whose);
    status = response.getStatus();
    if (unread && !body.awaited()) {
      readOn();
    }
    callback.succeeded();
  }

  private void readOn() {
    try {
      body.drain(LingeringClose.MOST_BYTES, LingeringClose.MOST.toNanos());
    } catch (IOException | RefusedByHttp broken) {
      LOG.debug("After the answer nobody was there to send the rest", broken);
    }
  }

  /** Whether what is left of the body is worth reading for keeping the connection. */
  private boolean isSoonRead() {
    return !body.awaited() && body.length() >= 0 && body.length() <= SMALL_REST;
  }

  private void abandon(Throwable cause) {
    status = cause instanceof ClientGone ? CLIENT_GONE : 500;
    callback.failed(cause);
  }

  private Answer form(Problem problem) {
    Answer answer = dressed(problem);
    for (Header header : problem.headers()) {
      answer = answer.with(header);
    }
    return answer;
  }

  private Answer dressed(Problem problem) {
    Optional<Face> owner = Optional.ofNullable(face).or(() -> faces.owner(path));
    try {
      return owner.map(Face::errors).orElse(ErrorForm.PROBLEM_JSON).answer(problem, path.text());
    } catch (RuntimeException defect) {
      return ErrorForm.PROBLEM_JSON.answer(defect(defect), path.text());
    }
  }

  private Problem problem(Throwable failure) {
    return switch (failure) {
      case RefusedByHttp refused -> refused.problem();
      case Refusal refusal -> challenged(refusal.failure());
      case InterruptedException _ -> Problem.of(OpenStreams.STOPPING);
      default -> defect(failure);
    };
  }

  private Problem challenged(Failure failure) {
    Problem problem = Problem.of(failure);
    List<String> challenges =
        failure instanceof Failure.Unauthenticated ? signIn().challenges() : List.of();
    for (String challenge : challenges) {
      problem = problem.with(new Header("WWW-Authenticate", challenge));
    }
    return problem;
  }

  private Problem defect(Throwable defect) {
    String incident = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    LOG.error("Incident {}: {} {} failed", incident, method, where(), defect);
    return Problem.defect(incident);
  }

  /** For the log: the template, since a path may hold a one-time token. */
  private String where() {
    return route.isEmpty() ? path.text() : route;
  }

  private void observe() {
    var answered =
        new Answered(
            face == null ? "" : face.name(),
            route,
            USUAL_METHODS.contains(method) ? method : "OTHER",
            status,
            Duration.ofNanos(System.nanoTime() - request.getBeginNanoTime()),
            writer.bytes());
    LOG.debug(
        "{} {} {} in {}, {} bytes", method, where(), status, answered.duration(), answered.bytes());
    edge.observer().answered(answered);
  }
}
