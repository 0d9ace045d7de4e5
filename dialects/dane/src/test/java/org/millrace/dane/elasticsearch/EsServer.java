package org.millrace.dane.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.millrace.dane.DaneConfig;
import org.millrace.dane.DaneDialect;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.DocumentId;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Lease;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Claimed;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.AskAgain;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.threads.TimeOrderedIds;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.engine.views.ViewStore.HistoryQuery;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.http.HttpConfig;
import org.millrace.http.HttpServer;
import org.millrace.http.Listener;
import org.millrace.http.signin.Anonymous;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.TaskSteps;
import org.millrace.testkit.memory.InMemoryStore;

/**
 * The face on the engine's use cases over a store in memory, behind a real HTTP server on a free
 * port. The engine's loops stand still; {@link #answer} takes the steps of one task that a worker
 * answers.
 */
final class EsServer implements AutoCloseable {
  static final Space SPACE = DaneConfig.standard().space();
  private static final JsonMapper JSON = new JsonMapper();
  private static final Lane LANE = new Lane("dane");

  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  private final AtomicReference<Instant> now = new AtomicReference<>(Fixtures.NOON);
  private final StorePorts store = new InMemoryStore().ports();
  private final TaskSteps steps = new TaskSteps(store, Fixtures.NORTH);
  private final TaskTransitions transitions;
  private final Documents documents;
  private final WorkerProtocol protocol;
  private final HttpServer http;
  private final Map<TaskId, Task> claimed = new HashMap<>();
  private final Map<String, Task> underWay = new HashMap<>();

  private EsServer(ElasticsearchConfig config, LaneRule lane, String host) {
    store.heartbeats().announce(Fixtures.NORTH, Instant.MAX);
    InstantSource clock = now::get;
    var threads = new VirtualThreads();
    var news = new News(threads.bell(), threads.bell(), threads.bell(), threads.bell());
    protocol = DaneDialect.protocol(DaneConfig.standard(), store.documents().views());
    transitions =
        new TaskTransitions(
            store.transitions(), DaneDialect.states(), Announcer.NOBODY, new StopSigns(), news);
    documents =
        Documents.wire(
            store.documents(),
            store.views(),
            DaneDialect.documents(DaneConfig.standard()),
            spec -> spec,
            new Lanes(List.of(lane), Map.of(WorkerWork.class, LANE)),
            new Runtimes(List.of()),
            transitions,
            news,
            new TimeOrderedIds(clock, new Random(2)),
            clock,
            new Random(3));
    var face = new ElasticsearchFace(config, documents, clock);
    http =
        new HttpServer(
            HttpConfig.on(new Listener("faces.elasticsearch.listen", host, 0, Set.of())),
            Anonymous.anywhere(),
            List.of(face),
            _ -> {});
    http.start();
  }

  static EsServer start() {
    return start(ElasticsearchConfig.standard());
  }

  static EsServer start(ElasticsearchConfig config) {
    return startOn("127.0.0.1", config);
  }

  static EsServer startOn(String host, ElasticsearchConfig config) {
    return new EsServer(config, new LaneRule(LANE, 1_000, Counts.ALL, WhenFull.WAIT), host);
  }

  /** One whose lanes refuse more than so many tasks. */
  static EsServer startWithRoomFor(int most) {
    return new EsServer(
        ElasticsearchConfig.standard(),
        new LaneRule(LANE, most, Counts.ALL, WhenFull.REFUSE),
        "127.0.0.1");
  }

  /** What came back. */
  record Reply(int status, String body, HttpHeaders headers) {

    JsonNode json() {
      return EsServer.json(body);
    }

    Optional<String> header(String name) {
      return headers.firstValue(name);
    }

    JsonNode with(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      assertThat(header("X-Elastic-Product")).contains("Elasticsearch");
      return json();
    }

    /** The body of a success. */
    JsonNode ok() {
      return with(200);
    }

    /** The reason of an error in Elasticsearch's form. */
    String refusedWith(int expected, String type) {
      JsonNode error = with(expected);
      assertThat(error.path("status").asInt()).isEqualTo(expected);
      assertThat(error.path("error").path("type").asText()).isEqualTo(type);
      String reason = error.path("error").path("reason").asText();
      assertThat(error.path("error").path("root_cause").path(0).path("reason").asText())
          .isEqualTo(reason);
      return reason;
    }
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new AssertionError("not JSON: " + text, notJson);
    }
  }

  URI address() {
    return http.listening().getFirst();
  }

  Documents documents() {
    return documents;
  }

  void setClock(Instant time) {
    now.set(time);
  }

  void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  AssignedTask task(String id) {
    return documents.views().task(SPACE, new EntryId(id)).orElseThrow();
  }

  /** The worker of a task answers so; it has begun before, or does now. */
  void answer(String id, String json) {
    begin(id);
    end(Objects.requireNonNull(underWay.remove(id)), json);
  }

  /** A worker begins with a task, which is asked for again first if need be. */
  void begin(String id) {
    underWay.computeIfAbsent(id, this::begun);
  }

  private Task begun(String id) {
    TaskId task = task(id).entry().task();
    if (task(id).state() != TaskState.QUEUED) {
      documents
          .askAgain()
          .ask(SPACE, new EntryId(id), new AskAgain.Request("test", "retry", true, _ -> true));
    }
    pass(Duration.ofHours(1));
    String route = task(id).spec().work() instanceof WorkerWork work ? work.route() : "";
    for (Claimed each : steps.claimAll(Lane.of(LANE.name(), route), now.get())) {
      claimed.put(each.task().id(), each.task()); // of others too
    }
    Task mine = Objects.requireNonNull(claimed.remove(task));
    Lease lease = TaskSteps.leaseOf(mine);
    var handle = Fixtures.aHandle(task, mine.attempt() + 1);
    apply(task, new TaskEvent.AttemptBegun(lease, handle, now.get()), AttemptNews.NONE);
    apply(task, new TaskEvent.Started(lease, now.get()), AttemptNews.NONE);
    return mine;
  }

  private void end(Task claimed, String json) {
    WorkerProtocol.Decoded decoded = protocol.decode(json.getBytes(StandardCharsets.UTF_8));
    apply(
        claimed.id(),
        new TaskEvent.Ended(TaskSteps.leaseOf(claimed), decoded.outcome(), 0, now.get()),
        new AttemptNews.Known(AttemptReport.EMPTY.withValue(decoded.said())));
  }

  private void apply(TaskId task, TaskEvent event, AttemptNews news) {
    assertThat(transitions.apply(task, event, news)).isPresent();
  }

  Reply get(String path, String... headers) {
    return send(request(path, headers).GET());
  }

  Reply delete(String path) {
    return send(request(path).DELETE());
  }

  /** Sends JSON, or lines of it. */
  Reply send(String method, String path, String body, String... headers) {
    BodyPublisher bytes = BodyPublishers.ofString(body);
    var request = request(path, headers).method(method, bytes);
    return send(
        headers.length == 0
            ? request.header(
                "Content-Type",
                path.contains("_bulk") || path.contains("_msearch")
                    ? "application/x-ndjson"
                    : "application/json")
            : request);
  }

  Reply post(String path, String body) {
    return send("POST", path, body);
  }

  Reply search(String body) {
    return post("/dane-index/_search", body);
  }

  Reply send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body(), response.headers());
    } catch (IOException broken) {
      throw new AssertionError("no answer", broken);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted");
    }
  }

  /** The detail of the last line of all history. */
  String lastRemark() {
    List<HistoryEvent> all =
        store
            .views()
            .history(new HistoryQuery(0, Optional.empty(), Optional.empty(), Integer.MAX_VALUE));
    return all.getLast().detail().orElse("");
  }

  HttpRequest.Builder request(String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(address() + path)).timeout(Duration.ofSeconds(30));
    return headers.length == 0 ? request : request.headers(headers);
  }

  static String documentId(String target) {
    return DocumentId.of(target, "ACME").text();
  }

  static String taskId(String target, String key) {
    return EntryId.of(DocumentId.of(target, "ACME"), key).text();
  }

  static String aDocument(String target) {
    return """
    {"target": {"id": "%s", "url": "http://media.example.org/%s.mp4", "type": "Video"},\
     "creator": {"id": "ACME", "type": "Organization"}, "role": "document",\
     "created_at": "2026-11-21T16:50:03", "updated_at": "2026-11-21T16:50:03"}\
    """
        .formatted(target, target);
  }

  static String aTask(String target, String key) {
    return """
    {"task": {"key": "%s", "state": 201, "msg": "Created", "priority": 1},\
     "role": {"name": "task", "parent": "%s"}, "created_at": "2026-11-21T16:50:05"}\
    """
        .formatted(key, documentId(target));
  }

  static String aResult(String task, String payload) {
    return """
    {"result": {"generator": {"id": "abc123", "name": "step", "type": "Software",\
     "homepage": "http://example.org/step"}, "payload": %s},\
     "role": {"name": "result", "parent": "%s"}}\
    """
        .formatted(payload, task);
  }

  /** Registers a document of creator ACME and tells its id. */
  String register(String target) {
    return send(
            "PUT", "/dane-index/_doc/" + documentId(target) + "?op_type=create", aDocument(target))
        .with(201)
        .path("_id")
        .asText();
  }

  /** Assigns a task to a document of ACME and tells its id. */
  String assign(String target, String key) {
    return tryToAssign(target, key).with(201).path("_id").asText();
  }

  Reply tryToAssign(String target, String key) {
    return send(
        "PUT",
        "/dane-index/_doc/"
            + taskId(target, key)
            + "?op_type=create&refresh=true&routing="
            + documentId(target),
        aTask(target, key));
  }

  /** Saves a result and tells its id. */
  String save(String task, String payload) {
    return post("/dane-index/_doc?refresh=true&routing=" + task, aResult(task, payload))
        .with(201)
        .path("_id")
        .asText();
  }

  /** A document of another space. */
  void registerElsewhere(Document document) {
    store.documents().store().register(List.of(document));
  }

  @Override
  public void close() {
    client.close(); // first, since the server waits a while for connections that are kept open
    http.close();
  }
}
