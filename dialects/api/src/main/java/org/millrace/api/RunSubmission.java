package org.millrace.api;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.millrace.api.graph.BrokenGraphFile;
import org.millrace.api.graph.GraphFault;
import org.millrace.api.graph.GraphFormat;
import org.millrace.api.graph.GraphReader;
import org.millrace.api.graph.GraphRoom;
import org.millrace.api.graph.ReadGraph;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.task.ExternalId;
import org.millrace.engine.runs.SubmitRun;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;

/**
 * Takes graphs, or says what is wrong with them.
 *
 * <p>Contract: a graph that is broken answers 400, problem+json of the type {@code broken-graph},
 * with {@code faults}: line, column, where and message of each, the first hundred. A key in {@code
 * Idempotency-Key} that its user has sent before answers with the run it named then, whatever the
 * body holds now: it is not looked at.
 */
final class RunSubmission {
  private static final int LONGEST_KEY = 255;

  private final SubmitRun submitRun;
  private final GraphRoom room;

  RunSubmission(SubmitRun submitRun, GraphRoom room) {
    this.submitRun = submitRun;
    this.room = room;
  }

  private record Submitted(String id) {}

  private record Valid(boolean valid, Optional<String> name, int nodes, int edges) {
    static Valid of(RunPlan plan) {
      return new Valid(true, plan.spec().name(), plan.graph().size(), plan.graph().edges().size());
    }
  }

  /**
   * A fault in the form that problems have here.
   *
   * @param instance the path of the request
   */
  private record Problem(
      String type,
      String title,
      int status,
      String detail,
      String instance,
      List<GraphFault> faults) {}

  /** Does something with a graph that was read. */
  @FunctionalInterface
  private interface Use {
    Answer of(ReadGraph graph);
  }

  Answer submit(Exchange exchange) throws IOException {
    Asked.only(exchange);
    Owner owner = exchange.caller().owner();
    Optional<ExternalId> key = key(exchange, owner);
    Optional<RunId> before = key.flatMap(submitRun::submitted);
    return before.isPresent()
        ? submitted(exchange, before.get())
        : read(exchange, graph -> submitted(exchange, submitRun.submit(graph.plan(), key)));
  }

  private static Answer submitted(Exchange exchange, RunId id) {
    return Json.answer(201, new Submitted(id.text())).with("Location", exchange.path() + "/" + id);
  }

  Answer validate(Exchange exchange) throws IOException {
    Asked.only(exchange);
    return read(
        exchange,
        graph -> {
          submitRun.check(graph.plan());
          return Json.answer(Valid.of(graph.plan()));
        });
  }

  private Answer read(Exchange exchange, Use use) throws IOException {
    InputStream body = new BufferedInputStream(exchange.body());
    try (GraphRoom.Share share = room.share()) {
      ReadGraph graph =
          GraphReader.read(body, format(exchange, body), exchange.caller().owner(), share);
      try {
        return use.of(graph);
      } catch (Refusal refusal) {
        return faulty(exchange, List.of(ofNode(graph, refusal)));
      }
    } catch (BrokenGraphFile broken) {
      return faulty(exchange, broken.faults());
    }
  }

  /** What the engine refuses of a node is told at the node's place in the file. */
  private static GraphFault ofNode(ReadGraph graph, Refusal refusal) {
    return graph.at(refusal.failure()).orElseThrow(() -> refusal);
  }

  private static Answer faulty(Exchange exchange, List<GraphFault> faults) {
    int more = faults.size() - 1;
    String detail =
        faults.getFirst()
            + (more == 0 ? "" : "; and " + more + (more == 1 ? " fault" : " faults") + " more");
    return Answer.bytes(
            400,
            "application/problem+json",
            Json.bytes(
                new Problem(
                    "urn:millrace:problem:broken-graph",
                    "Bad Request",
                    400,
                    detail,
                    exchange.path(),
                    faults)))
        .with("Cache-Control", "no-store");
  }

  /** Where nobody says, an object is JSON and all else YAML. */
  private static GraphFormat format(Exchange exchange, InputStream body) throws IOException {
    Optional<String> type = exchange.header("Content-Type").filter(given -> !given.isBlank());
    if (type.isPresent()) {
      return GraphFormat.of(type.get())
          .orElseThrow(() ->
              Refusal.invalid(
                  "Content-Type",
                  "a graph is application/json or application/yaml; leave it out to have it"
                      + " guessed"));
    }
    body.mark(1);
    int first = body.read();
    body.reset();
    return first == '{' ? GraphFormat.JSON : GraphFormat.YAML;
  }

  /** Each user has keys of their own. */
  private static Optional<ExternalId> key(Exchange exchange, Owner owner) {
    return exchange
        .header("Idempotency-Key")
        .map(key -> {
          if (key.isBlank() || key.length() > LONGEST_KEY) {
            throw Refusal.invalid(
                "Idempotency-Key", "must be a text of 1 to " + LONGEST_KEY + " characters");
          }
          return new ExternalId("api-runs:" + owner.name(), key);
        });
  }
}
