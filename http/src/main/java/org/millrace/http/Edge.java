package org.millrace.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.millrace.http.signin.SignIn;

/** Where requests enter from Jetty. */
final class Edge extends org.eclipse.jetty.server.Handler.Abstract {
  private final Map<Connector, CarriedFaces> faces;
  private final SignIn signIn;
  private final CrossOrigin crossOrigin;
  private final RequestObserver observer;
  private final OpenStreams streams;
  private final BodyBudget bodies;
  private final Duration heartbeat;

  Edge(
      Map<Connector, CarriedFaces> faces,
      SignIn signIn,
      CrossOrigin crossOrigin,
      RequestObserver observer,
      OpenStreams streams,
      BodyBudget bodies,
      Duration heartbeat) {
    this.faces = faces;
    this.signIn = signIn;
    this.crossOrigin = crossOrigin;
    this.observer = observer;
    this.streams = streams;
    this.bodies = bodies;
    this.heartbeat = heartbeat;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    turn(request, response, callback).take();
    return true;
  }

  /** What Jetty refuses by itself, and what it could not finish. */
  boolean refuse(Request request, Response response, Callback callback) {
    var turn = turn(request, response, callback);
    switch (request.getAttribute(ErrorHandler.ERROR_EXCEPTION)) {
      case HttpException refused -> turn.takeMalformed(refused.getCode(), (Throwable) refused);
      case Throwable failure -> turn.fail(failure);
      case null, default -> refuseByStatus(turn, response.getStatus());
    }
    return true;
  }

  /** While it stops, Jetty refuses with 503 and no word; everything else was no HTTP. */
  private static void refuseByStatus(Turn turn, int status) {
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
      turn.takeTooLate();
    } else {
      turn.takeMalformed(status, new IOException("refused"));
    }
  }

  SignIn signIn() {
    return signIn;
  }

  CrossOrigin crossOrigin() {
    return crossOrigin;
  }

  RequestObserver observer() {
    return observer;
  }

  BodyBudget bodies() {
    return bodies;
  }

  AnswerWriter writer(Request request, Response response) {
    return new AnswerWriter(request, response, streams, heartbeat);
  }

  private Turn turn(Request request, Response response, Callback callback) {
    CarriedFaces carried = faces.get(request.getConnectionMetaData().getConnector());
    if (carried == null) {
      throw new IllegalStateException("a request from a connector that is not ours");
    }
    return new Turn(this, carried, request, response, callback);
  }
}
