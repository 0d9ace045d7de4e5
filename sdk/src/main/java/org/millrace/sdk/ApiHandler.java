package org.millrace.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hc.core5.http.ContentType;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to a server over HTTP, in the document era ({@code contracts/dane.md 1.5}). This is what a
 * client uses.
 *
 * <p>The HTTP face has no way to save results, to search those of a document or task, or to take in
 * answers: these are the worker's and the server's, and unsupported here.
 *
 * <p>May be shared between threads; closing gives up its connections.
 */
public final class ApiHandler implements Handler, AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final String base;
  private final JsonHttp http;

  private ApiHandler(String base, JsonHttp http) {
    this.base = base.endsWith("/") ? base : base + "/";
    this.http = http;
  }

  /** The server that {@code DANE.API_URL} names, without credentials. */
  public static ApiHandler connect(Config config) {
    return connect(URI.create(config.text("DANE.API_URL")));
  }

  /** A server by its base, such as {@code http://localhost:5500/DANE/}, without credentials. */
  public static ApiHandler connect(URI base) {
    return new ApiHandler(text(base), new JsonHttp(null, null, TIMEOUT));
  }

  /** A server that wants Basic credentials. */
  public static ApiHandler connect(URI base, String user, String password) {
    return new ApiHandler(text(base), new JsonHttp(user, password, TIMEOUT));
  }

  /** The base stands in messages, so it may hold no secrets. */
  private static String text(URI base) {
    if (base.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "credentials do not belong into the URL of a server: give user and password apart");
    }
    return base.toString();
  }

  @Override
  public void close() {
    http.close();
  }

  @Override
  public Document registerDocument(Document document) {
    Refusals.notRegistered(document);
    JsonHttp.Reply reply = post("document/", document.toJson());
    if (reply.status() == 409) {
      throw Refusals.documentExists(document);
    }
    return documentOf(good(reply, "document/"));
  }

  @Override
  public Registered registerDocuments(List<Document> documents) {
    ArrayNode body = Json.object().putArray("all");
    documents.forEach(document -> body.add(Refusals.notRegistered(document).toJson()));
    JsonNode answer = good(post("documents/", body), "documents/");
    List<Document> success = list(answer.path("success"), ApiHandler::documentOf);
    Map<List<String>, Integer> answered = new HashMap<>();
    success.forEach(document -> answered.merge(ids(document), 1, Integer::sum));
    List<String> unfit = new ArrayList<>();
    List<NotRegistered> failed = new ArrayList<>();
    for (JsonNode one : answer.path("failed")) {
      String error = PythonText.str(one.path("error"));
      if (one.path("document").hasNonNull("_id")) {
        Document document = documentOf(one.path("document"));
        answered.merge(ids(document), 1, Integer::sum);
        failed.add(new NotRegistered(document, error));
      } else {
        unfit.add(error);
      }
    }
    // What the server could not take for documents it names by nothing, but in their order.
    List<Document> left =
        documents.stream().filter(document -> !isStruck(answered, ids(document))).toList();
    for (int i = 0; i < Math.min(unfit.size(), left.size()); i++) {
      failed.add(new NotRegistered(left.get(i), unfit.get(i)));
    }
    return new Registered(success, failed);
  }

  private static List<String> ids(Document document) {
    return List.of(document.target().idText(), document.creator().idText());
  }

  /** Once for each answer: a document that was given twice has two. */
  private static boolean isStruck(Map<List<String>, Integer> answered, List<String> ids) {
    int times = answered.getOrDefault(ids, 0);
    answered.put(ids, times - 1);
    return times > 0;
  }

  @Override
  public boolean deleteDocument(String documentId) {
    return deleted("document/" + segment(documentId));
  }

  @Override
  public Task assignTask(Task task, String documentId) {
    JsonHttp.Reply reply =
        post("task/", assignment(task, body -> body.put("document_id", documentId)));
    if (!reply.good()) {
      String error = reply.start();
      if (error.contains("already assigned")) {
        throw Refusals.taskAssigned(task.key(), documentId);
      }
      if (reply.status() == 404 || error.contains("NotFoundError(404")) {
        throw Refusals.noDocument(documentId);
      }
    }
    return taskOf(good(reply, "task/"));
  }

  @Override
  public Assigned assignTaskToMany(Task task, List<String> documentIds) {
    ObjectNode body = assignment(task, fields -> fields.set("document_id", Json.of(documentIds)));
    if (documentIds.isEmpty()) {
      return new Assigned(List.of(), List.of()); // an original server answers 500
    }
    JsonNode answer = good(post("task/", body), "task/");
    List<NotAssigned> failed = new ArrayList<>();
    for (JsonNode one : answer.path("failed")) {
      failed.add(
          new NotAssigned(
              PythonText.str(one.path("document_id")), PythonText.str(one.path("error"))));
    }
    return new Assigned(list(answer.path("success"), ApiHandler::taskOf), failed);
  }

  private static ObjectNode assignment(Task task, Consumer<ObjectNode> documents) {
    ObjectNode inner = Json.object().put("key", Refusals.notAssigned(task).key());
    inner.put("priority", task.priority());
    if (!task.args().isEmpty()) {
      inner.set("args", task.args());
    }
    documents.accept(inner);
    return inner;
  }

  @Override
  public boolean deleteTask(String taskId) {
    return deleted("task/" + segment(taskId));
  }

  @Override
  public Task task(String taskId) {
    return taskOf(found("task/" + segment(taskId), () -> Refusals.noTask(taskId)));
  }

  @Override
  public Document document(String documentId) {
    return documentOf(
        found("document/" + segment(documentId), () -> Refusals.noDocument(documentId)));
  }

  @Override
  public Document documentOfTask(String taskId) {
    return documentOf(
        found("task/" + segment(taskId) + "/document", () -> Refusals.noTask(taskId)));
  }

  @Override
  public Result registerResult(Result result, String taskId) {
    throw unsupported("saving a result", "a worker's ElasticsearchHandler does");
  }

  @Override
  public boolean deleteResult(String resultId) {
    return deleted("result/" + segment(resultId));
  }

  @Override
  public Result result(String resultId) {
    return resultOf(found("result/" + segment(resultId), () -> Refusals.noResult(resultId)));
  }

  @Override
  public List<Result> searchResult(String documentId, String taskKey) {
    throw unsupported(
        "results of a document", "use resultsOfCreator, or a worker's ElasticsearchHandler");
  }

  @Override
  public List<Result> resultsOfTask(String taskId) {
    throw unsupported(
        "results of a task", "use resultsOfCreator, or a worker's ElasticsearchHandler");
  }

  /** Asks for the state first, because the HTTP face knows only retries. */
  @Override
  public void run(String taskId) {
    if (State.runs(taskState(taskId))) {
      retry(taskId, false);
    }
  }

  @Override
  public void retry(String taskId, boolean force) {
    act(taskId, force ? "forceretry" : "retry");
  }

  @Override
  public void reset(String taskId) {
    act(taskId, "reset");
  }

  private void act(String taskId, String action) {
    found("task/" + segment(taskId) + "/" + action, () -> Refusals.noTask(taskId));
  }

  @Override
  public void callback(String taskId, Answer answer) {
    throw unsupported("taking in an answer", "the server does, from its response queue");
  }

  @Override
  public void updateTaskState(String taskId, int state, String message) {
    throw unsupported("setting a state", "use run, retry or reset; workers answer");
  }

  @Override
  public Found search(String targetId, String creatorId, int page) {
    String path =
        "search/document/?target_id=%s&creator_id=%s&page=%d"
            .formatted(query(targetId), query(creatorId), page);
    JsonNode answer = good(get(path), path);
    return new Found(
        list(answer.path("hits"), ApiHandler::documentOf), answer.path("total").asLong());
  }

  @Override
  public List<Task> unfinished(boolean onlyRunnable) {
    return list(good(get("task/"), "task/"), ApiHandler::taskOf).stream()
        .filter(task -> Unfinished.counts(task, onlyRunnable))
        .toList();
  }

  @Override
  public List<Task> assignedTasks(String documentId) {
    return list(
        found("document/" + segment(documentId) + "/tasks", () -> Refusals.noDocument(documentId)),
        ApiHandler::taskOf);
  }

  @Override
  public List<Task> assignedTasks(String documentId, String taskKey) {
    return assignedTasks(documentId).stream().filter(task -> task.key().equals(taskKey)).toList();
  }

  @Override
  public List<Document> documentsOfCreator(String creatorId) {
    return ofCreator(creatorId, "docs", ApiHandler::documentOf);
  }

  @Override
  public List<Task> tasksOfCreator(String creatorId, String taskKey) {
    return ofCreator(
        creatorId, segment(taskKey) + "/tasks", marshalled -> taskOf(WithoutRole.of(marshalled)));
  }

  @Override
  public List<Result> resultsOfCreator(String creatorId, String taskKey) {
    return ofCreator(creatorId, segment(taskKey) + "/results", ApiHandler::resultOf);
  }

  private <T> List<T> ofCreator(String creatorId, String what, Function<JsonNode, T> one) {
    String path = "creator/" + segment(creatorId) + "/" + what;
    return list(good(get(path), path), one);
  }

  private JsonHttp.Reply post(String path, JsonNode body) {
    return send("POST", path, Json.write(body));
  }

  private JsonHttp.Reply get(String path) {
    return send("GET", path, null);
  }

  private boolean deleted(String path) {
    JsonHttp.Reply reply = send("DELETE", path, null);
    if (reply.status() == 404) {
      return false;
    }
    if (!reply.good()) {
      throw refused(reply, path);
    }
    return true;
  }

  private JsonNode found(String path, Supplier<DaneException> missing) {
    JsonHttp.Reply reply = get(path);
    if (reply.status() == 404) {
      throw missing.get();
    }
    return good(reply, path);
  }

  private JsonNode good(JsonHttp.Reply reply, String path) {
    if (!reply.good()) {
      throw refused(reply, path);
    }
    return reply.json(URI.create(base + path));
  }

  private DaneException refused(JsonHttp.Reply reply, String path) {
    return new DaneException.Refused(
        reply.status(), base + path + " answered " + reply.status() + ": " + reply.start());
  }

  private JsonHttp.Reply send(String method, String path, @Nullable String body) {
    URI uri = URI.create(base + path);
    try {
      return http.send(method, uri, ContentType.APPLICATION_JSON, body);
    } catch (IOException e) {
      if (JsonHttp.isForGood(e)) {
        throw new DaneException.Refused(
            method + " " + uri + " failed: " + e.getMessage() + " (is its certificate trusted?)",
            e);
      }
      throw new ResourceUnreachable(
          method + " " + uri + " failed: " + e.getMessage() + " (is DANE.API_URL right?)", e);
    }
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> one) {
    List<T> all = new ArrayList<>();
    array.forEach(item -> all.add(one.apply(item)));
    return List.copyOf(all);
  }

  /** The marshalled form: {@code {"*": null}} stands for an empty object ({@code 2.4}). */
  private static Task taskOf(JsonNode marshalled) {
    return Task.fromJson(withoutStar(marshalled, "args"));
  }

  private static Result resultOf(JsonNode marshalled) {
    return Result.fromJson(withoutStar(marshalled, "payload"));
  }

  private static Document documentOf(JsonNode marshalled) {
    return Document.fromJson(marshalled);
  }

  private static JsonNode withoutStar(JsonNode marshalled, String field) {
    JsonNode value = marshalled.path(field);
    if (!(marshalled instanceof ObjectNode object) || !value.has("*") || !value.get("*").isNull()) {
      return marshalled;
    }
    ObjectNode clean = object.deepCopy();
    ((ObjectNode) clean.get(field)).remove("*");
    return clean;
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String query(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static UnsupportedOperationException unsupported(String what, String who) {
    return Refusals.onlyServer(what + " is not part of the HTTP face", who);
  }
}
