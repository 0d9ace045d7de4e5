package org.millrace.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.run.Run;
import org.millrace.domain.run.RunId;
import org.millrace.domain.run.RunNode;
import org.millrace.domain.run.RunState;
import org.millrace.engine.runs.ExplainRun;
import org.millrace.engine.runs.RunRequests;
import org.millrace.engine.runs.RunStore.RunHead;
import org.millrace.engine.runs.RunStore.StoredEdge;
import org.millrace.engine.runs.RunViews;
import org.millrace.engine.runs.Runs;
import org.millrace.http.Answer;
import org.millrace.http.Exchange;

/** Runs and their nodes: listed, shown, explained, cancelled, paused, made anew. */
final class RunRoutes {
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1000;
  private static final int SHOWN_EDGES = 100;
  private static final int LARGEST_REQUEST = 1 << 20;
  private static final int MOST_NAMED = 10_000;
  private static final JsonMapper JSON = new JsonMapper();

  private final RunViews views;
  private final RunRequests requests;
  private final ExplainRun explain;

  RunRoutes(Runs runs) {
    this.views = runs.views();
    this.requests = runs.requests();
    this.explain = runs.explain();
  }

  private record Listed(List<WireRun> runs, Optional<String> nextPageToken) {}

  private record ListedNodes(List<WireNode> nodes, Optional<String> nextPageToken) {}

  private record Glance(String id, RunState state) {
    static Glance of(Run run) {
      return new Glance(run.id().text(), run.state());
    }
  }

  Answer list(Exchange exchange) {
    Asked.only(exchange, "state", "page_size", "page_token");
    int size = size(exchange);
    List<RunHead> runs =
        views.list(
            exchange.query().choice("state", RunState.class),
            token(exchange).map(RunRoutes::afterRun),
            size,
            exchange.caller());
    return Json.answer(
        new Listed(
            runs.stream().map(WireRun::of).toList(),
            runs.size() < size ? Optional.empty() : Optional.of(runs.getLast().run().id().text())));
  }

  private static int size(Exchange exchange) {
    return (int) exchange.query().number("page_size", USUAL_PAGE, 1, LARGEST_PAGE);
  }

  private static Optional<String> token(Exchange exchange) {
    return exchange.query().one("page_token").filter(token -> !token.isEmpty());
  }

  private static RunId afterRun(String token) {
    if (!RunId.isValid(token)) {
      throw notOurs();
    }
    return new RunId(token);
  }

  private static Refusal notOurs() {
    return Refusal.invalid("page_token", "was not issued by this server");
  }

  Answer show(Exchange exchange) {
    Asked.only(exchange);
    return Json.answer(WireRun.of(views.find(Asked.run(exchange), exchange.caller())));
  }

  /** By place: items of spread nodes come after all others. */
  Answer nodes(Exchange exchange) {
    Asked.only(exchange, "page_size", "page_token", "edges");
    RunId run = Asked.run(exchange);
    boolean withEdges = exchange.query().flag("edges");
    int size = size(exchange);
    int from = token(exchange).map(RunRoutes::fromPlace).orElse(0);
    List<RunNode> nodes = views.nodes(run, from, size, exchange.caller());
    Map<Integer, List<StoredEdge>> edges =
        withEdges && !nodes.isEmpty()
            ? views.entering(
                run,
                nodes.getFirst().place(),
                nodes.getLast().place(),
                SHOWN_EDGES,
                exchange.caller())
            : Map.of();
    return Json.answer(
        new ListedNodes(
            nodes.stream()
                .map(node ->
                    WireNode.of(
                        node,
                        withEdges
                            ? Optional.of(before(edges.getOrDefault(node.place(), List.of())))
                            : Optional.empty()))
                .toList(),
            nodes.size() < size
                ? Optional.empty()
                : Optional.of(String.valueOf(nodes.getLast().place() + 1))));
  }

  private static List<Integer> before(List<StoredEdge> edges) {
    return edges.stream().map(StoredEdge::from).sorted().toList();
  }

  private static int fromPlace(String token) {
    try {
      int place = Integer.parseInt(token);
      if (place >= 0) {
        return place;
      }
    } catch (NumberFormatException _) {
      // the same refusal as for a negative one
    }
    throw notOurs();
  }

  Answer node(Exchange exchange) {
    Asked.only(exchange);
    RunId run = Asked.run(exchange);
    Caller caller = exchange.caller();
    RunNode node = views.node(run, key(exchange), caller);
    List<StoredEdge> edges = views.entering(run, node.place(), SHOWN_EDGES + 1, caller);
    List<StoredEdge> shown = edges.subList(0, Math.min(SHOWN_EDGES, edges.size()));
    Map<Integer, NodeKey> names = names(run, shown, caller);
    return Json.answer(
        WireNodeDetail.of(
            node,
            views.plan(run, node.place(), caller),
            shown.stream()
                .flatMap(edge ->
                    Optional.ofNullable(names.get(edge.from()))
                        .map(from -> WireNodeDetail.Before.of(from, edge))
                        .stream())
                .toList(),
            edges.size() > SHOWN_EDGES,
            views.values(run, node.key(), caller)));
  }

  private Map<Integer, NodeKey> names(RunId run, List<StoredEdge> edges, Caller caller) {
    return views.nodes(run, edges.stream().map(StoredEdge::from).toList(), caller).stream()
        .collect(Collectors.toMap(RunNode::place, RunNode::key));
  }

  private static NodeKey key(Exchange exchange) {
    String text = exchange.parameter("key");
    try {
      return new NodeKey(text);
    } catch (IllegalArgumentException _) {
      throw new Refusal(new Failure.NotFound("a node with such a name"));
    }
  }

  /** Harmless when repeated; the state tells whether it has come to its end yet. */
  Answer cancel(Exchange exchange) {
    Asked.only(exchange);
    return changed(requests.cancel(Asked.run(exchange), exchange.caller()));
  }

  Answer pause(Exchange exchange) {
    Asked.only(exchange);
    return changed(requests.pause(Asked.run(exchange), exchange.caller()));
  }

  Answer resume(Exchange exchange) {
    Asked.only(exchange);
    return changed(requests.resume(Asked.run(exchange), exchange.caller()));
  }

  Answer rerun(Exchange exchange) throws IOException {
    Asked.only(exchange);
    RunId run = Asked.run(exchange);
    return changed(requests.rerun(run, from(exchange), exchange.caller()));
  }

  private static Answer changed(Run run) {
    return Json.answer(202, Glance.of(run));
  }

  /** Nodes to begin with; without a body, those that failed. */
  private static List<NodeKey> from(Exchange exchange) throws IOException {
    byte[] body = exchange.body().readNBytes(LARGEST_REQUEST + 1);
    if (body.length > LARGEST_REQUEST) {
      throw new Refusal(new Failure.TooLarge("a rerun names its nodes in at most 1 MiB"));
    }
    if (body.length == 0) {
      return List.of();
    }
    JsonNode asked = parsed(body);
    if (!asked.isObject() || !asked.propertyStream().allMatch(e -> e.getKey().equals("from"))) {
      throw Refusal.invalid("body", "must be {\"from\": [KEY, ...]}, or nothing");
    }
    JsonNode from = asked.path("from");
    if (!from.isMissingNode() && !from.isArray()) {
      throw Refusal.invalid("from", "must be a list of names of nodes");
    }
    if (from.size() > MOST_NAMED) {
      throw Refusal.invalid("from", "at most " + MOST_NAMED + " names");
    }
    List<NodeKey> keys = new ArrayList<>();
    from.forEach(name -> keys.add(named(name)));
    return keys;
  }

  private static JsonNode parsed(byte[] body) throws IOException {
    try {
      return Optional.ofNullable(JSON.readTree(body))
          .orElseThrow(() -> Refusal.invalid("body", "is not JSON"));
    } catch (JsonProcessingException _) {
      throw Refusal.invalid("body", "is not JSON");
    }
  }

  private static NodeKey named(JsonNode name) {
    try {
      if (name.isTextual()) {
        return new NodeKey(name.asText());
      }
    } catch (IllegalArgumentException _) {
      // the same refusal as for what is no text
    }
    throw Refusal.invalid("from", "must be a list of names of nodes");
  }

  Answer explain(Exchange exchange) {
    Asked.only(exchange);
    return Json.answer(
        WireRunExplanation.of(explain.explain(Asked.run(exchange), exchange.caller())));
  }

  Answer explainNode(Exchange exchange) {
    Asked.only(exchange);
    return Json.answer(
        WireRunExplanation.of(
            explain.explain(Asked.run(exchange), key(exchange), exchange.caller())));
  }
}
