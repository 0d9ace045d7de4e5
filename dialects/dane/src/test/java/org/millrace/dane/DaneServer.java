package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.EngineConfig;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.AttemptRunner;
import org.millrace.engine.attempt.Attempts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.StagingBoard;
import org.millrace.engine.dispatch.Answers;
import org.millrace.engine.dispatch.Dispatcher;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.documents.UnfinishedSiblings;
import org.millrace.engine.threads.TimeOrderedIds;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.News;
import org.millrace.engine.transition.StopSigns;
import org.millrace.engine.transition.TaskTransitions;
import org.millrace.engine.views.Explain;
import org.millrace.engine.views.TaskViews;
import org.millrace.engine.workers.TakeAnswers;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.http.HttpConfig;
import org.millrace.http.HttpServer;
import org.millrace.http.Listener;
import org.millrace.http.signin.Anonymous;
import org.millrace.http.signin.SignIn;
import org.millrace.runtimes.worker.WorkerRuntime;
import org.millrace.runtimes.worker.WorkerTimes;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.runtime.Waiting;

/**
 * The face on the engine's use cases over a store, in memory unless a test brings another, behind a
 * real HTTP server on a free port; and the worker side, whose broker is a fake. The engine's loops
 * stand still: {@link #settle} takes their turns until nothing is left to do.
 */
final class DaneServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Lane LANE = new Lane("dane");

  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  private final AtomicReference<Instant> now = new AtomicReference<>(Fixtures.NOON);
  private final FakeBroker broker = new FakeBroker();
  private final DaneConfig config;
  private final StorePorts store;
  private final Documents documents;
  private final WorkerProtocol protocol;
  private final Attempts attempts;
  private final Dispatcher dispatcher;
  private final TakeAnswers answers;
  private final HttpServer http;
  volatile Optional<Cause> storeTrouble = Optional.empty();

  private DaneServer(Setup setup) {
    config = setup.config;
    store = setup.store;
    store.heartbeats().announce(Fixtures.NORTH, Instant.MAX);
    InstantSource clock = now::get;
    var threads = new VirtualThreads();
    var chance = new Random(1);
    protocol = DaneDialect.protocol(config, store.documents().views());
    var runtimes =
        new Runtimes(
            List.of(
                new WorkerRuntime(
                    new RuntimeName(LANE.name()),
                    broker,
                    List.of(protocol),
                    WorkerTimes.DEFAULT,
                    threads,
                    clock)));
    var lanes =
        new Lanes(
            List.of(new LaneRule(LANE, setup.window, Counts.ALL, setup.whenFull)),
            Map.of(WorkerWork.class, LANE));
    var news = new News(threads.bell(), threads.bell(), threads.bell(), threads.bell());
    var signs = new StopSigns();
    var transitions =
        new TaskTransitions(
            store.transitions(), DaneDialect.states(), Announcer.NOBODY, signs, news);
    var runner = new AttemptRunner(runtimes, threads, chance, EngineConfig.DEFAULT.attempts());
    var staging = new StagingBoard(clock);
    attempts = new Attempts(runner, transitions, signs, staging, threads, clock);
    var explain =
        new Explain(
            new TaskViews(store.views()),
            store.views(),
            lanes,
            runtimes,
            staging,
            new UnfinishedSiblings(store.documents().views()),
            () -> storeTrouble,
            true,
            clock);
    dispatcher = new Dispatcher(lanes, store.claims(), attempts, runtimes, Fixtures.NORTH, clock);
    answers =
        new TakeAnswers(
            broker,
            DaneDialect.protocols(config, store.documents().views()),
            DaneDialect.tasks(config, store.documents().views(), store.views()),
            new Answers(
                store.claims(),
                attempts,
                transitions,
                threads,
                new Random(1),
                Fixtures.NORTH,
                clock),
            store.documents().deadLetters(),
            clock);
    answers.start();
    documents =
        Documents.wire(
            store.documents(),
            store.views(),
            DaneDialect.documents(config),
            spec -> spec,
            lanes,
            runtimes,
            transitions,
            news,
            new TimeOrderedIds(clock, new Random(2)),
            clock,
            new Random(3));
    var face =
        new DaneDialect(
            config,
            documents,
            explain,
            broker,
            new DaneHealth(() -> storeTrouble, broker::trouble),
            setup.signIn,
            clock);
    http =
        new HttpServer(HttpConfig.on(Listener.onLoopback(0)), setup.signIn, List.of(face), _ -> {});
    http.start();
  }

  /** What a test wants otherwise. */
  record Setup(DaneConfig config, SignIn signIn, StorePorts store, int window, WhenFull whenFull) {

    Setup with(DaneConfig other) {
      return new Setup(other, signIn, store, window, whenFull);
    }

    Setup with(SignIn other) {
      return new Setup(config, other, store, window, whenFull);
    }

    Setup with(StorePorts other) {
      return new Setup(config, signIn, other, window, whenFull);
    }

    /** With so much room in each lane, and a refusal of more. */
    Setup withRoomFor(int most) {
      return new Setup(config, signIn, store, most, WhenFull.REFUSE);
    }

    DaneServer start() {
      return new DaneServer(this);
    }
  }

  static Setup setup() {
    return new Setup(
        DaneConfig.standard(),
        Anonymous.onLoopback(),
        new InMemoryStore().ports(),
        1_000,
        WhenFull.WAIT);
  }

  static DaneServer start() {
    return setup().start();
  }

  /** What came back. */
  record Reply(int status, String body, HttpHeaders headers) {

    JsonNode json() {
      return DaneServer.json(body);
    }

    Optional<String> header(String name) {
      return headers.firstValue(name);
    }

    /** The message of an error of this status. */
    String refusedWith(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      return json().path("message").asText();
    }

    /** The body of a success. */
    JsonNode ok() {
      assertThat(status).as(body).isEqualTo(200);
      return json();
    }

    JsonNode created() {
      assertThat(status).as(body).isEqualTo(201);
      return json();
    }
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new AssertionError("not JSON: " + text, notJson);
    }
  }

  FakeBroker broker() {
    return broker;
  }

  Documents documents() {
    return documents;
  }

  DaneConfig config() {
    return config;
  }

  WorkerProtocol protocol() {
    return protocol;
  }

  URI address() {
    return http.listening().getFirst();
  }

  void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  /** Takes the turns of the engine's loops until no attempt is being worked on. */
  void settle() {
    try {
      for (int turn = 0; turn < 5; turn++) {
        documents.advancer().runOnce();
        dispatcher.runOnce();
        Waiting.until(() -> attempts.held() == 0);
      }
    } catch (Exception failed) {
      throw new AssertionError("the engine does not come to rest", failed);
    }
  }

  /** A worker answers. */
  void answer(String correlationId, String body) {
    broker.answer(correlationId, body);
  }

  /** Answers that were put away, the newest first. */
  List<DeadLetter> deadLetters() {
    return PutAway.in(store);
  }

  /** The message that was published last, answered so. */
  void answerLast(String body) {
    answer(last().correlationId(), body);
  }

  Message last() {
    return broker.published().getLast();
  }

  AssignedTask task(String id) {
    return documents.views().task(config.space(), new EntryId(id)).orElseThrow();
  }

  Reply get(String path, String... headers) {
    return send(request(path, headers).GET());
  }

  Reply delete(String path) {
    return send(request(path).DELETE());
  }

  Reply post(String path, String body, String... headers) {
    return send(request(path, headers).POST(BodyPublishers.ofString(body)));
  }

  /** Without body, content type and length. */
  Reply post(String path) {
    return send(request(path).POST(BodyPublishers.noBody()));
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

  HttpRequest.Builder request(String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(address() + path)).timeout(Duration.ofSeconds(20));
    return headers.length == 0 ? request : request.headers(headers);
  }

  /** Registers a document of creator ACME and tells its id. */
  String register(String target) {
    return post("/DANE/document/", aDocument(target)).ok().path("_id").asText();
  }

  static String aDocument(String target) {
    return """
    {"target": {"id": "%s", "url": "http://media.example.org/%s.mp4", "type": "Video"},
     "creator": {"id": "ACME", "type": "Organization"}}\
    """
        .formatted(target, target);
  }

  /** Assigns a task to a document and tells its id. */
  String assign(String document, String key) {
    return post(
            "/DANE/task/", "{\"key\": \"%s\", \"document_id\": \"%s\"}".formatted(key, document))
        .created()
        .path("_id")
        .asText();
  }

  /** What a task shows: number and message. */
  String shown(String task) {
    JsonNode shown = get("/DANE/task/" + task).ok();
    return shown.path("state").asText() + " " + shown.path("msg").asText();
  }

  @Override
  public void close() {
    client.close(); // first, since the server waits a while for connections that are kept open
    http.close();
    answers.close();
    try {
      attempts.leaveAll();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
