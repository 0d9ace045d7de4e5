package org.millrace.tes;

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
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.Engine;
import org.millrace.engine.EngineConfig;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.retention.KeptLogs;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.engine.submission.Admission;
import org.millrace.engine.threads.TimeOrderedIds;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.transition.FaceRule;
import org.millrace.engine.views.TaskQuery;
import org.millrace.http.HttpConfig;
import org.millrace.http.HttpServer;
import org.millrace.http.Listener;
import org.millrace.http.signin.Anonymous;
import org.millrace.http.signin.Credentials;
import org.millrace.http.signin.SignIn;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.TaskSteps;
import org.millrace.testkit.memory.InMemoryStore;

/**
 * The face on a real engine over a store, in memory unless a test brings another, behind a real
 * HTTP server on a free port. The engine's loops stand still, so that a test moves tasks itself
 * with {@link #steps}, unless it brings a runtime.
 */
final class TesServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

  private final StorePorts store;
  private final TaskSteps steps;
  private final Engine engine;
  private final HttpServer http;

  private TesServer(Setup setup) {
    store = setup.store;
    steps = new TaskSteps(store, Fixtures.NORTH);
    InstantSource clock =
        setup.runtimes.isEmpty() ? InstantSource.fixed(Fixtures.NOON) : InstantSource.system();
    store.heartbeats().announce(Fixtures.NORTH, Instant.MAX);
    engine =
        Engine.wire(
            new Engine.World(
                Fixtures.SOUTH,
                new VirtualThreads(),
                clock,
                new TimeOrderedIds(clock, new Random(1)),
                new Random(2)),
            new Engine.Parts(
                store,
                new Runtimes(setup.runtimes),
                new Lanes(
                    List.of(new LaneRule(Fixtures.LANE, 4, Counts.ALL, WhenFull.WAIT)),
                    Map.of(ContainerWork.class, Fixtures.LANE)),
                setup.admission,
                FaceRule.UNCHANGED,
                Announcer.NOBODY,
                List.of(),
                KeptLogs.NONE),
            EngineConfig.DEFAULT);
    var face =
        new TesDialect(
            setup.config,
            engine.submitTask(),
            engine.views(),
            engine.cancelTask(),
            UrlSecrets::masked,
            clock);
    http =
        new HttpServer(HttpConfig.on(Listener.onLoopback(0)), setup.signIn, List.of(face), _ -> {});
    http.start();
    if (!setup.runtimes.isEmpty()) {
      engine.start();
    }
  }

  /** What a test wants otherwise. */
  record Setup(
      TesConfig config,
      SignIn signIn,
      Admission admission,
      List<TaskRuntime> runtimes,
      StorePorts store) {

    Setup with(TesConfig other) {
      return new Setup(other, signIn, admission, runtimes, store);
    }

    Setup with(SignIn other) {
      return new Setup(config, other, admission, runtimes, store);
    }

    Setup with(Admission other) {
      return new Setup(config, signIn, other, runtimes, store);
    }

    Setup with(TaskRuntime runtime) {
      return new Setup(config, signIn, admission, List.of(runtime), store);
    }

    /** Over this one instead of one in memory. */
    Setup with(StorePorts other) {
      return new Setup(config, signIn, admission, runtimes, other);
    }

    TesServer start() {
      return new TesServer(this);
    }
  }

  static Setup setup() {
    return new Setup(
        TesConfig.standard("0.0.0-test"),
        Anonymous.onLoopback(),
        spec -> spec,
        List.of(),
        new InMemoryStore().ports());
  }

  static TesServer start() {
    return setup().start();
  }

  /** Signs in whoever says a name: {@code Authorization: Bearer NAME}. */
  record Names() implements SignIn {
    @Override
    public Caller caller(Credentials credentials) {
      return credentials
          .authorization()
          .filter(header -> header.startsWith("Bearer "))
          .map(header -> Caller.of(header.substring("Bearer ".length())))
          .orElseThrow(() -> new Refusal(new Failure.Unauthenticated("say who you are")));
    }

    @Override
    public List<String> challenges() {
      return List.of("Bearer");
    }
  }

  /** What came back. */
  record Reply(int status, String body, HttpHeaders headers) {

    JsonNode json() {
      return TesServer.json(body);
    }

    Optional<String> header(String name) {
      return headers.firstValue(name);
    }

    /** The message of an error of this status. */
    String refusedWith(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      assertThat(json().path("status").asInt()).isEqualTo(expected);
      return json().path("message").asText();
    }

    /** The body of a success. */
    JsonNode ok() {
      assertThat(status).as(body).isEqualTo(200);
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

  TaskSteps steps() {
    return steps;
  }

  Engine engine() {
    return engine;
  }

  URI address() {
    return http.listening().getFirst();
  }

  Reply get(String path, String... headers) {
    return send(request(path, headers).GET());
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
      HttpRequest built = request.build();
      HttpResponse<String> response = client.send(built, BodyHandlers.ofString());
      DescribedAnswers.check(
          built.method(), built.uri(), response.statusCode(), response.headers(), response.body());
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

  /** Creates a task and tells its id. */
  String create(String task) {
    return post("/v1/tasks", task, "Content-Type", "application/json").ok().path("id").asText();
  }

  Reply tryToCreate(String task) {
    return post("/v1/tasks", task, "Content-Type", "application/json");
  }

  JsonNode full(String id) {
    return get("/v1/tasks/" + id + "?view=FULL").ok();
  }

  /** What was stored of a task. */
  TaskSpec spec(String id) {
    return store.views().find(new TaskId(id)).orElseThrow().spec();
  }

  /** How many tasks are stored. */
  int stored() {
    return store
        .views()
        .list(
            new TaskQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                10_000,
                Optional.empty(),
                TaskQuery.Detail.GLANCE))
        .glances()
        .size();
  }

  @Override
  public void close() {
    client.close(); // first, since the server waits a while for connections that are kept open
    http.close();
    engine.close();
  }
}
