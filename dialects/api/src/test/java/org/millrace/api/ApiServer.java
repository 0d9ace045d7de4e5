package org.millrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.ServerId;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.Engine;
import org.millrace.engine.EngineConfig;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.documents.DeadLetterStore;
import org.millrace.engine.documents.Documents;
import org.millrace.engine.retention.KeptLogs;
import org.millrace.engine.staging.StagingAdmission;
import org.millrace.engine.staging.Transfers;
import org.millrace.engine.staging.UrlSecrets;
import org.millrace.engine.submission.Admission;
import org.millrace.engine.threads.TimeOrderedIds;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.views.LogFolder;
import org.millrace.engine.views.ViewStore;
import org.millrace.http.HttpConfig;
import org.millrace.http.HttpServer;
import org.millrace.http.Listener;
import org.millrace.http.RequestObserver;
import org.millrace.http.signin.Credentials;
import org.millrace.http.signin.SignIn;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.store.Intercepted;
import org.millrace.testkit.store.Intercepted.Call;

/**
 * A real engine over a store in memory and a scripted runtime, behind the native API on a free
 * port. Whoever sends {@code Authorization: User NAME} is that user, {@code Nobody} is nobody;
 * without, everybody.
 */
final class ApiServer implements AutoCloseable {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);
  private static final JsonMapper JSON = new JsonMapper();

  private final ManualClock clock = new ManualClock(Fixtures.NOON);
  private final ScriptedRuntime runtime = new ScriptedRuntime(Fixtures.NOON);
  private final AtomicReference<Runnable> afterHistory = new AtomicReference<>(() -> {});
  private final AtomicReference<Runnable> beforeGlance = new AtomicReference<>(() -> {});
  private final AtomicInteger finds = new AtomicInteger();
  private final LogFolder logs;
  private final DeadLetterStore deadLetters;
  private final Engine engine;
  private final HttpServer http;
  private final HttpClient client = HttpClient.newHttpClient();

  private ApiServer(Path folder, UnaryOperator<HttpConfig> change) {
    logs = new LogFolder(folder);
    var threads = new VirtualThreads();
    StorePorts ports = new InMemoryStore().ports();
    deadLetters = ports.documents().deadLetters();
    var lane = new LaneRule(Fixtures.LANE, 4, Counts.THIS_SERVER, WhenFull.WAIT);
    engine =
        Engine.wire(
            new Engine.World(
                new ServerId("here"),
                threads,
                clock,
                new TimeOrderedIds(clock, new Random(42)),
                new Random(42)),
            new Engine.Parts(
                watched(ports),
                new Runtimes(List.of(runtime)),
                new Lanes(List.of(lane), Map.of(ContainerWork.class, Fixtures.LANE)),
                new Plans(),
                Documents.Face.NONE,
                Announcer.NOBODY,
                List.of(),
                KeptLogs.NONE),
            EngineConfig.DEFAULT);
    http =
        new HttpServer(
            change.apply(HttpConfig.on(Listener.onLoopback(0))),
            new ByName(),
            List.of(new ApiDialect(engine, deadLetters, logs, "1.2.3")),
            RequestObserver.NONE);
  }

  /** This server may not use what is under {@code file:///closed}. */
  private static TaskSpec admitted(TaskSpec spec) {
    if (spec.work() instanceof ContainerWork container) {
      for (int i = 0; i < container.inputs().size(); i++) {
        if (container.inputs().get(i).source() instanceof Input.Location(String url)
            && url.startsWith("file:///closed")) {
          throw new Refusal(new Failure.Denied("inputs[" + i + "].url", "is outside of the roots"));
        }
      }
    }
    return spec;
  }

  private StorePorts watched(StorePorts ports) {
    return Intercepted.ports(ports, call -> call.isOf(ViewStore.class) ? seen(call) : call.make());
  }

  private @Nullable Object seen(Call call) throws Throwable {
    switch (call.method()) {
      case "glance" -> beforeGlance.get().run();
      case "find" -> finds.incrementAndGet();
      default -> {}
    }
    Object answer = call.make();
    if (call.method().equals("history")) {
      afterHistory.get().run();
    }
    return answer;
  }

  static ApiServer in(Path folder) {
    return with(folder, config -> config);
  }

  static ApiServer with(Path folder, UnaryOperator<HttpConfig> change) {
    var server = new ApiServer(folder, change);
    server.engine.start();
    server.http.start();
    return server;
  }

  private static final class ByName implements SignIn {
    @Override
    public Caller caller(Credentials credentials) {
      if (credentials.authorization().equals(Optional.of("Nobody"))) {
        throw new Refusal(new Failure.Unauthenticated("say who you are"));
      }
      return credentials
          .authorization()
          .map(header -> Caller.of(header.substring("User ".length())))
          .orElse(Caller.ANONYMOUS);
    }

    @Override
    public List<String> challenges() {
      return List.of();
    }
  }

  Engine engine() {
    return engine;
  }

  HttpServer http() {
    return http;
  }

  DeadLetterStore deadLetters() {
    return deadLetters;
  }

  ScriptedRuntime runtime() {
    return runtime;
  }

  ManualClock clock() {
    return clock;
  }

  /** From now on, this happens each time that somebody has read history. */
  void afterReadingHistory(Runnable action) {
    afterHistory.set(action);
  }

  /** This happens once, right before somebody looks at the state of a task. */
  void beforeNextGlance(Runnable action) {
    beforeGlance.set(() -> {
      beforeGlance.set(() -> {});
      action.run();
    });
  }

  /** How often all of a task has been read. */
  int finds() {
    return finds.get();
  }

  /** A task in the store, ready to run. */
  TaskId submit(TaskSpec spec) {
    return engine.submitTask().submit(spec, Optional.empty());
  }

  /** A task that has come to its end. */
  TaskId ran(TaskSpec spec) throws InterruptedException {
    TaskId id = submit(spec);
    awaitEnd(id);
    return id;
  }

  void awaitEnd(TaskId id) throws InterruptedException {
    eventually(() -> engine.views().glance(id, Caller.ANONYMOUS).state().isFinal());
  }

  /** A task whose only executor waits for the test. */
  TaskId running(TaskSpec spec) throws InterruptedException {
    TaskId id = submit(spec);
    eventually(() -> engine.views().find(id, Caller.ANONYMOUS).task().startedAt().isPresent());
    return id;
  }

  /** Returns once it is so; fails when it does not come to be so. */
  void eventually(BooleanSupplier isSo) throws InterruptedException {
    long began = System.nanoTime();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() - began > LONG_ENOUGH.toNanos()) {
        throw new AssertionError("it did not come to be so within " + LONG_ENOUGH);
      }
      engine.news().history().await(engine.news().history().rings(), Duration.ofMillis(20));
    }
  }

  /** Makes the files of the first attempt's streams, as runtimes do before they start anything. */
  void makeLogs(TaskId task, int executors) throws IOException {
    for (int executor = 0; executor < executors; executor++) {
      for (LogFolder.Stream stream : LogFolder.Stream.values()) {
        log(task, 1, executor, stream, "");
      }
    }
  }

  /** Appends to a stream, as a runtime does while an executor runs. */
  void log(TaskId task, int attempt, int executor, LogFolder.Stream stream, String text)
      throws IOException {
    Path file = logs.place(task, attempt, executor, stream);
    Files.createDirectories(logs.ofAttempt(task, attempt));
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Moves the standard output of the first executor to where nobody finds it. */
  void putAway(TaskId task) {
    move(stdout(task), away(task));
  }

  void putBack(TaskId task) {
    move(away(task), stdout(task));
  }

  private Path stdout(TaskId task) {
    return logs.place(task, 1, 0, LogFolder.Stream.STDOUT);
  }

  private Path away(TaskId task) {
    return logs.ofAttempt(task, 1).resolve("away");
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  URI at(String path) {
    return URI.create(http.listening().getFirst() + "/api/v1" + path);
  }

  /**
   * Sends a request; headers are names and values in turn. Fails on a status that the OpenAPI
   * document does not know of this operation.
   */
  HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest request = request(path, headers).method(method, BodyPublishers.noBody()).build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    Described.checkStatus(method, path, answer.statusCode());
    return answer;
  }

  /** Sends a body; headers are names and values in turn. */
  HttpResponse<String> post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest request = request(path, headers).POST(BodyPublishers.ofByteArray(body)).build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    Described.checkStatus("POST", path, answer.statusCode());
    return answer;
  }

  HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", path, headers);
  }

  /** A GET whose answer is still open. */
  HttpResponse<InputStream> open(String path, String... headers)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(request(path, headers).GET().build(), BodyHandlers.ofInputStream());
    Described.checkStatus("GET", path, answer.statusCode());
    return answer;
  }

  private HttpRequest.Builder request(String path, String... headers) {
    var request = HttpRequest.newBuilder(at(path)).timeout(LONG_ENOUGH);
    return headers.length == 0 ? request : request.headers(headers);
  }

  /** The JSON at a path; fails unless it is what the OpenAPI document says. */
  JsonNode json(String path, String... headers) throws IOException, InterruptedException {
    return described("GET", path, get(path, headers));
  }

  /** The body of an answer, held against the OpenAPI document. */
  static JsonNode described(String method, String path, HttpResponse<String> answer)
      throws IOException {
    JsonNode body = JSON.readTree(answer.body());
    Described.check(method, path, answer.statusCode(), body);
    return body;
  }

  @Override
  public void close() {
    client.shutdownNow();
    http.close();
    engine.close();
  }

  /** Takes every task, and of plans those whose secrets can be sealed. */
  private static final class Plans implements Admission {
    private final Admission staging =
        new StagingAdmission(new Transfers(List.of()), new UrlSecrets(new byte[32]));

    @Override
    public TaskSpec admit(TaskSpec spec) {
      return admitted(spec);
    }

    @Override
    public TaskSpec admitPlan(TaskSpec plan) {
      return staging.admitPlan(plan);
    }

    @Override
    public TaskSpec opened(TaskSpec plan) {
      return staging.opened(plan);
    }
  }
}
