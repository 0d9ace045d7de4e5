package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.hc.core5.http.ContentType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the index that DANE keeps its objects in, with the requests of the Python library word for
 * word, so that a server may stand in for Elasticsearch ({@code contracts/dane.md 3.9}). This is
 * what a worker uses.
 *
 * <p>Only a server can queue: assigning, running, and setting states are unsupported here; a worker
 * changes the state of its task by its answer.
 *
 * <p>Requests go to the hosts in turn; where one cannot be reached, or answers 502, 503 or 504,
 * they are sent again, {@code MAX_RETRIES} times at most. A result is sent again only if it was not
 * sent at all. May be shared between threads; closing gives up its connections.
 */
public final class ElasticsearchHandler implements Handler, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ElasticsearchHandler.class);
  private static final ContentType LINES = ContentType.create("application/x-ndjson");
  private static final int CREATOR_PAGE = 200;

  private final List<String> nodes;
  private final int retries;
  private final String index;
  private final JsonHttp http;
  private final Clock clock;
  private final AtomicInteger turn = new AtomicInteger();

  private ElasticsearchHandler(Config config, Clock clock) {
    this.nodes =
        config.texts("ELASTICSEARCH.HOST").stream()
            .map(host ->
                config.text("ELASTICSEARCH.SCHEME")
                    + "://"
                    + host
                    + ":"
                    + config.number("ELASTICSEARCH.PORT"))
            .toList();
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("ELASTICSEARCH.HOST names no host");
    }
    this.retries = config.number("ELASTICSEARCH.MAX_RETRIES");
    this.index = config.text("ELASTICSEARCH.INDEX");
    this.clock = clock;
    this.http =
        new JsonHttp(
            config.text("ELASTICSEARCH.USER"),
            config.text("ELASTICSEARCH.PASSWORD"),
            Duration.ofSeconds(config.number("ELASTICSEARCH.TIMEOUT")));
  }

  /**
   * Connects, checks that this is an Elasticsearch that DANE can work with, and makes the index if
   * it is missing.
   *
   * @throws ResourceUnreachable if no host answers, or what answers is another product
   * @throws DaneException.Refused if it refuses user and password, the index cannot be made, or a
   *     certificate is not trusted
   */
  public static ElasticsearchHandler connect(Config config) {
    return connect(config, Clock.system(ZoneId.systemDefault()));
  }

  static ElasticsearchHandler connect(Config config, Clock clock) {
    ElasticsearchHandler handler = new ElasticsearchHandler(config, clock);
    try {
      handler.open(config);
    } catch (RuntimeException e) {
      handler.close();
      throw e;
    }
    return handler;
  }

  @Override
  public void close() {
    http.close();
  }

  private void open(Config config) {
    JsonHttp.Reply hello = send("GET", "/", null, null);
    if (hello.status() == 401 || hello.status() == 403) {
      log.warn("{} answers {}: its product could not be checked", nodes, hello.status());
    } else {
      ElasticsearchProduct.check(hello, nodes);
    }
    if (!head("/").good()) {
      throw new ResourceUnreachable("ES Connection Failed: " + nodes + " do not answer HEAD /");
    }
    if (head("/" + index).status() == 404) {
      JsonNode body =
          IndexMapping.of(
              config.number("ELASTICSEARCH.SHARDS"), config.number("ELASTICSEARCH.REPLICAS"));
      good(send("PUT", "/" + index, ContentType.APPLICATION_JSON, Json.write(body)), "making it");
    }
  }

  private JsonHttp.Reply head(String path) {
    JsonHttp.Reply reply = send("HEAD", path, null, null);
    if (reply.status() == 401 || reply.status() == 403) {
      throw new DaneException.Refused(
          reply.status(),
          "ES Connection Failed: %s answer HEAD %s with %d".formatted(nodes, path, reply.status())
              + " (are ELASTICSEARCH.USER and PASSWORD right?)");
    }
    return reply;
  }

  @Override
  public Document registerDocument(Document document) {
    Document registered =
        Refusals.notRegistered(document).registered(document.computedId(), Times.text(clock));
    JsonHttp.Reply reply =
        send(
            "PUT",
            doc(registered.registeredId()) + "?op_type=create&refresh=true",
            ContentType.APPLICATION_JSON,
            Json.write(stored(registered)));
    if (reply.status() == 409) {
      throw Refusals.documentExists(document);
    }
    good(reply, "registering a document");
    return registered;
  }

  private static ObjectNode stored(Document document) {
    ObjectNode stored = document.toJson();
    stored.remove("_id");
    return stored.put("role", "document");
  }

  @Override
  public Registered registerDocuments(List<Document> documents) {
    if (documents.isEmpty()) {
      return new Registered(List.of(), List.of());
    }
    String at = Times.text(clock);
    StringBuilder lines = new StringBuilder();
    List<Document> all = new ArrayList<>();
    for (Document document : documents) {
      Document registered = Refusals.notRegistered(document).registered(document.computedId(), at);
      ObjectNode action = Json.object();
      action.putObject("create").put("_id", registered.registeredId()).put("_index", index);
      lines.append(Json.write(action)).append('\n');
      lines.append(Json.write(stored(registered))).append('\n');
      all.add(registered);
    }
    JsonNode answer =
        good(send("POST", "/_bulk?refresh=true", LINES, lines.toString()), "registering documents");
    List<Document> registered = new ArrayList<>();
    List<NotRegistered> failed = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      JsonNode item = answer.path("items").path(i).path("create");
      Document document = all.get(i);
      if (item.path("status").asInt() / 100 == 2) {
        registered.add(document);
      } else if (item.path("status").asInt() == 409) {
        failed.add(
            new NotRegistered(
                document, String.valueOf(Refusals.documentExists(document).getMessage())));
      } else {
        failed.add(
            new NotRegistered(
                document,
                "[%d] %s"
                    .formatted(
                        item.path("status").asInt(), item.path("error").path("reason").asText())));
      }
    }
    return new Registered(registered, failed);
  }

  @Override
  public boolean deleteDocument(String documentId) {
    ObjectNode tasks = must(parent("document", idIs(documentId)), exists("task.key"));
    ObjectNode results =
        must(parent("task", parent("document", idIs(documentId))), exists("result.generator.id"));
    ObjectNode either = Json.object();
    either.putObject("bool").putArray("should").add(tasks).add(results);
    deleteByQuery(either);
    return deleted(documentId, "?refresh=true");
  }

  @Override
  public boolean deleteTask(String taskId) {
    deleteByQuery(must(parent("task", idIs(taskId)), exists("result.generator.id")));
    return deleted(taskId, "?refresh=true");
  }

  @Override
  public boolean deleteResult(String resultId) {
    return deleted(resultId, "");
  }

  private boolean deleted(String id, String more) {
    JsonHttp.Reply reply = send("DELETE", doc(id) + more, null, null);
    if (reply.status() == 404) {
      return false;
    }
    good(reply, "deleting");
    return true;
  }

  private void deleteByQuery(ObjectNode query) {
    ObjectNode body = Json.object();
    body.set("query", query);
    good(
        send(
            "POST",
            "/" + index + "/_delete_by_query",
            ContentType.APPLICATION_JSON,
            Json.write(body)),
        "deleting");
  }

  @Override
  public Task task(String taskId) {
    ObjectNode body = Json.object();
    body.putArray("_source").add("task").add("created_at").add("updated_at");
    body.set(
        "query", must(parent("document", exists("target.id")), idIs(taskId), exists("task.key")));
    List<Task> found = hits(search("", body), ElasticsearchHandler::taskOf);
    if (found.isEmpty()) {
      throw Refusals.noTask(taskId);
    }
    return found.getFirst();
  }

  @Override
  public Document document(String documentId) {
    JsonHttp.Reply reply = send("GET", doc(documentId) + "?_source_excludes=role", null, null);
    if (reply.status() == 404) {
      throw Refusals.noDocument(documentId);
    }
    return documentOf(good(reply, "reading a document"));
  }

  @Override
  public Document documentOfTask(String taskId) {
    ObjectNode child = Json.object();
    child.putObject("has_child").put("type", "task").set("query", idIs(taskId));
    List<Document> found =
        hits(search("", withoutRole(must(child))), ElasticsearchHandler::documentOf);
    if (found.isEmpty()) {
      throw Refusals.noTask(taskId);
    }
    return found.getFirst();
  }

  @Override
  public Result registerResult(Result result, String taskId) {
    String at = Times.text(clock);
    ObjectNode body = Refusals.notSaved(result).toJson();
    body.putObject("role").put("name", "result").put("parent", taskId);
    body.put("created_at", at).put("updated_at", at);
    JsonNode answer =
        good(
            send(
                "POST",
                "/" + index + "/_doc?refresh=true&routing=" + encoded(taskId),
                ContentType.APPLICATION_JSON,
                Json.write(body)),
            "saving a result");
    return result.saved(answer.path("_id").asText(), at);
  }

  @Override
  public Result result(String resultId) {
    ObjectNode query =
        must(parent("task", exists("task.key")), idIs(resultId), exists("result.generator.id"));
    List<Result> found = results(query);
    if (found.isEmpty()) {
      throw Refusals.noResult(resultId);
    }
    return found.getFirst();
  }

  @Override
  public List<Result> searchResult(String documentId, String taskKey) {
    ObjectNode body = Json.object().put("_source", false);
    body.set("query", must(parent("document", idIs(documentId)), match("task.key", taskKey)));
    List<String> tasks = hits(search("", body), hit -> hit.path("_id").asText());
    if (tasks.isEmpty()) {
      throw Refusals.noSuchTask(taskKey, documentId);
    }
    List<Result> found = resultsOf(tasks);
    if (found.isEmpty()) {
      throw Refusals.noResultOf(taskKey, documentId);
    }
    return found;
  }

  @Override
  public List<Result> resultsOfTask(String taskId) {
    return resultsOf(List.of(taskId));
  }

  private List<Result> resultsOf(List<String> tasks) {
    ObjectNode any = Json.object();
    ArrayNode should = any.putObject("bool").putArray("should");
    tasks.forEach(task -> should.add(idIs(task)));
    return results(must(parent("task", any), exists("result.generator.id")));
  }

  private List<Result> results(ObjectNode query) {
    ObjectNode body = Json.object().put("_source", "result");
    body.set("query", query);
    return hits(search("", body), ElasticsearchHandler::resultOf);
  }

  @Override
  public Found search(String targetId, String creatorId, int page) {
    ObjectNode query = must(wildcard("target.id", targetId), wildcard("creator.id", creatorId));
    ObjectNode body = withoutRole(query);
    body.put("from", Math.max(page - 1, 0) * 100);
    JsonNode answer = search("?size=100", body);
    return new Found(
        hits(answer, ElasticsearchHandler::documentOf),
        answer.path("hits").path("total").path("value").asLong());
  }

  @Override
  public List<Task> unfinished(boolean onlyRunnable) {
    ObjectNode query = must(parent("document", exists("target.id")));
    ArrayNode leftOut = query.withObject("/bool").putArray("must_not");
    for (int state : Unfinished.leftOut(onlyRunnable)) {
      leftOut.add(match("task.state", state));
    }
    return hits(search("?size=1000", withoutRole(query)), ElasticsearchHandler::taskOf);
  }

  @Override
  public List<Task> assignedTasks(String documentId) {
    return hits(
        search("", withoutRole(must(match("_routing", documentId), exists("task.key")))),
        ElasticsearchHandler::taskOf);
  }

  @Override
  public List<Task> assignedTasks(String documentId, String taskKey) {
    return hits(
        search(
            "",
            withoutRole(
                must(
                    match("_routing", documentId),
                    exists("task.key"),
                    match("task.key", taskKey)))),
        ElasticsearchHandler::taskOf);
  }

  @Override
  public List<Document> documentsOfCreator(String creatorId) {
    return pages(
        List.of("target", "creator", "created_at", "updated_at"),
        must(creatorIs(creatorId)),
        ElasticsearchHandler::documentOf);
  }

  @Override
  public List<Task> tasksOfCreator(String creatorId, String taskKey) {
    return pages(
        List.of("task", "created_at", "updated_at", "role"),
        tasksOf(creatorId, taskKey),
        ElasticsearchHandler::taskOf);
  }

  @Override
  public List<Result> resultsOfCreator(String creatorId, String taskKey) {
    return pages(
        List.of("result", "created_at", "updated_at", "role"),
        must(parent("task", tasksOf(creatorId, taskKey)), exists("result.payload")),
        ElasticsearchHandler::resultOf);
  }

  private static ObjectNode tasksOf(String creatorId, String taskKey) {
    return must(parent("document", must(creatorIs(creatorId))), queryString("task.key", taskKey));
  }

  private static ObjectNode creatorIs(String creatorId) {
    return queryString("creator.id", '"' + creatorId + '"');
  }

  private <T> List<T> pages(List<String> source, ObjectNode query, Function<JsonNode, T> one) {
    List<T> all = new ArrayList<>();
    for (int from = 0; ; from += CREATOR_PAGE) {
      ObjectNode body = Json.object();
      ArrayNode fields = body.putArray("_source");
      source.forEach(fields::add);
      body.put("from", from).put("size", CREATOR_PAGE).set("query", query);
      List<T> page = hits(search("", body), one);
      if (page.isEmpty()) {
        return List.copyOf(all);
      }
      all.addAll(page);
    }
  }

  @Override
  public Task assignTask(Task task, String documentId) {
    throw onlyServer();
  }

  @Override
  public Assigned assignTaskToMany(Task task, List<String> documentIds) {
    throw onlyServer();
  }

  @Override
  public void run(String taskId) {
    throw onlyServer();
  }

  @Override
  public void retry(String taskId, boolean force) {
    throw onlyServer();
  }

  @Override
  public void reset(String taskId) {
    throw onlyServer();
  }

  @Override
  public void callback(String taskId, Answer answer) {
    throw onlyServer();
  }

  @Override
  public void updateTaskState(String taskId, int state, String message) {
    throw onlyServer();
  }

  private static UnsupportedOperationException onlyServer() {
    return Refusals.onlyServer(
        "only a server can queue tasks and set their states", "use ApiHandler");
  }

  // -- what stands in the index -----------------------------------------------------------------

  private static Task taskOf(JsonNode hit) {
    ObjectNode source = sourceOf(hit);
    source.remove("role"); // or it would turn up in the arguments
    return Task.fromJson(source.put("_id", hit.path("_id").asText()));
  }

  private static Document documentOf(JsonNode hit) {
    return Document.fromJson(sourceOf(hit).put("_id", hit.path("_id").asText()));
  }

  private static Result resultOf(JsonNode hit) {
    ObjectNode source = sourceOf(hit);
    ObjectNode bare = Fields.of(source.path("result"), "a result in the index");
    bare.put("_id", hit.path("_id").asText());
    for (String time : List.of("created_at", "updated_at")) {
      if (source.has(time)) {
        bare.set(time, source.get(time));
      }
    }
    return Result.fromJson(bare);
  }

  private static ObjectNode sourceOf(JsonNode hit) {
    return Fields.of(hit.path("_source"), "a hit");
  }

  private static <T> List<T> hits(JsonNode answer, Function<JsonNode, T> one) {
    List<T> all = new ArrayList<>();
    answer.path("hits").path("hits").forEach(hit -> all.add(one.apply(hit)));
    return List.copyOf(all);
  }

  // -- the templates of 3.9 ---------------------------------------------------------------------

  private static ObjectNode must(ObjectNode... clauses) {
    ObjectNode query = Json.object();
    ArrayNode all = query.putObject("bool").putArray("must");
    List.of(clauses).forEach(all::add);
    return query;
  }

  private static ObjectNode parent(String type, ObjectNode query) {
    ObjectNode clause = Json.object();
    clause.putObject("has_parent").put("parent_type", type).set("query", query);
    return clause;
  }

  private static ObjectNode exists(String field) {
    ObjectNode clause = Json.object();
    clause.putObject("exists").put("field", field);
    return clause;
  }

  private static ObjectNode idIs(String id) {
    return match("_id", id);
  }

  private static ObjectNode match(String field, Object value) {
    return (ObjectNode) Json.of(Map.of("match", Map.of(field, value)));
  }

  private static ObjectNode wildcard(String field, String value) {
    return (ObjectNode) Json.of(Map.of("wildcard", Map.of(field, Map.of("value", value))));
  }

  private static ObjectNode queryString(String field, String value) {
    ObjectNode clause = Json.object();
    clause.putObject("query_string").put("default_field", field).put("query", value);
    return clause;
  }

  private static ObjectNode withoutRole(ObjectNode query) {
    ObjectNode body = Json.object();
    body.putObject("_source").putArray("excludes").add("role");
    body.set("query", query);
    return body;
  }

  // -- sending ----------------------------------------------------------------------------------

  private String doc(String id) {
    return "/" + index + "/_doc/" + encoded(id);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonNode search(String more, ObjectNode body) {
    return good(
        send(
            "POST",
            "/" + index + "/_search" + more,
            ContentType.APPLICATION_JSON,
            Json.write(body)),
        "searching");
  }

  private JsonNode good(JsonHttp.Reply reply, String what) {
    if (!reply.good()) {
      throw new DaneException.Refused(
          reply.status(),
          "index `" + index + "`, " + what + ": " + reply.status() + " " + reply.start());
    }
    return reply.json(URI.create(nodes.getFirst() + "/" + encoded(index)));
  }

  private JsonHttp.Reply send(
      String method, String path, @Nullable ContentType type, @Nullable String body) {
    boolean once = method.equals("POST") && path.contains("/_doc?");
    boolean away = false; // any of the hosts: then it may go well another time
    for (int tried = 0; ; tried++) {
      URI uri = URI.create(nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size())) + path);
      try {
        JsonHttp.Reply reply = http.send(method, uri, type, body);
        if (tried >= retries || once || !JsonHttp.isAway(reply.status())) {
          return reply;
        }
        away = true;
        log.debug("{} {} answered {}; trying again", method, uri, reply.status());
      } catch (IOException e) {
        boolean neverSent = e instanceof ConnectException;
        away |= !JsonHttp.isForGood(e);
        if (tried >= retries || (once && !neverSent)) {
          throw failed(method + " " + uri + ": " + e.getMessage(), e, away);
        }
        log.debug("{} {} failed: {}; trying again", method, uri, e.getMessage());
      }
    }
  }

  private static RuntimeException failed(String what, IOException e, boolean away) {
    return away
        ? new ResourceUnreachable(
            "ES Connection Failed: " + what + " (are ELASTICSEARCH.HOST and PORT right?)", e)
        : new DaneException.Refused(
            "ES Connection Failed: " + what + " (is its certificate trusted?)", e);
  }
}
