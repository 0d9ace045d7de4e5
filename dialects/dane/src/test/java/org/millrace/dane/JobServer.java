package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.millrace.domain.document.DeadLetter;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.WorkerWork;
import org.millrace.engine.Engine;
import org.millrace.engine.EngineConfig;
import org.millrace.engine.StorePorts;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.dispatch.LaneRule;
import org.millrace.engine.dispatch.LaneRule.Counts;
import org.millrace.engine.dispatch.LaneRule.WhenFull;
import org.millrace.engine.dispatch.Lanes;
import org.millrace.engine.retention.KeptLogs;
import org.millrace.engine.threads.TimeOrderedIds;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.engine.transition.Announcer;
import org.millrace.engine.workers.TakeAnswers;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.http.HttpConfig;
import org.millrace.http.HttpServer;
import org.millrace.http.Listener;
import org.millrace.http.signin.Anonymous;
import org.millrace.runtimes.worker.WorkerRuntime;
import org.millrace.runtimes.worker.WorkerTimes;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.runtime.Waiting;

/**
 * Both eras on a whole engine whose loops turn, over a store and a broker of the test, behind a
 * real HTTP server on a free port.
 */
final class JobServer implements AutoCloseable {
  private static final Lane LANE = new Lane("dane");
  private static final RetryPolicy AT_ONCE =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(2), true);

  private final HttpClient client = HttpClient.newHttpClient();
  private final FakeBroker broker = new FakeBroker();
  private final StorePorts store;
  private final TakeAnswers answers;
  private final Engine engine;
  private final HttpServer http;
  final DaneConfig config;

  JobServer(StorePorts store, Path folders) {
    this(store, folders, DaneConfig.standard());
  }

  /** Retries come at once, whatever the configuration says. */
  JobServer(StorePorts store, Path folders, DaneConfig config) {
    this(store, Optional.of(folders), config, 1000);
  }

  /**
   * The same.
   *
   * @param folders below which jobs have theirs; empty: nowhere
   * @param window most messages that are out for one routing key
   */
  JobServer(StorePorts store, Optional<Path> folders, DaneConfig config, int window) {
    this.config = config.with(AT_ONCE);
    this.store = store;
    var threads = new VirtualThreads();
    InstantSource clock = slow();
    List<WorkerProtocol> protocols = DaneDialect.protocols(this.config, store.documents().views());
    var runtimes =
        new Runtimes(
            List.of(
                new WorkerRuntime(
                    new RuntimeName(LANE.name()),
                    broker,
                    protocols,
                    WorkerTimes.DEFAULT,
                    threads,
                    clock)));
    var world =
        new Engine.World(
            Fixtures.NORTH,
            threads,
            clock,
            new TimeOrderedIds(clock, new Random(1)),
            new Random(2));
    engine =
        Engine.wire(
            world,
            new Engine.Parts(
                store,
                runtimes,
                new Lanes(
                    List.of(new LaneRule(LANE, window, Counts.ALL, WhenFull.WAIT)),
                    Map.of(WorkerWork.class, LANE)),
                spec -> spec,
                DaneDialect.documents(this.config),
                Announcer.NOBODY,
                List.of(),
                KeptLogs.NONE),
            EngineConfig.DEFAULT);
    answers =
        new TakeAnswers(
            broker,
            protocols,
            DaneDialect.tasks(this.config, store.documents().views(), store.views()),
            engine.answers(),
            store.documents().deadLetters(),
            clock);
    engine.start();
    answers.start();
    var signIn = Anonymous.onLoopback();
    http =
        new HttpServer(
            HttpConfig.on(Listener.onLoopback(0)),
            signIn,
            List.of(
                new DaneDialect(
                    this.config,
                    folders.map(root -> new JobFolders(root.resolve("TEMP"), root.resolve("OUT"))),
                    engine.documents(),
                    engine.explain(),
                    broker,
                    new DaneHealth(Optional::empty, broker::trouble),
                    signIn,
                    clock)),
            _ -> {});
    http.start();
  }

  /** One second of it takes ten, or the server's patience would end first on a busy machine. */
  private static InstantSource slow() {
    Instant start = Instant.now();
    long began = System.nanoTime();
    return () -> start.plusNanos((System.nanoTime() - began) / 10);
  }

  /** What came back. */
  record Reply(int status, String body, String type, String allow) {
    JsonNode ok(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      return DaneServer.json(body);
    }

    /** A page of this status. */
    String page(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      assertThat(type).contains("text/html");
      return body;
    }
  }

  Reply send(String method, String path, Optional<String> body, Optional<String> contentType) {
    var request =
        HttpRequest.newBuilder(URI.create(http.listening().getFirst() + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
    contentType.ifPresent(type -> request.header("Content-Type", type));
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Reply(
          answer.statusCode(),
          answer.body(),
          answer.headers().firstValue("Content-Type").orElse(""),
          answer.headers().firstValue("Allow").orElse(""));
    } catch (Exception failed) {
      throw new AssertionError(path, failed);
    }
  }

  Reply get(String path) {
    return send("GET", path, Optional.empty(), Optional.empty());
  }

  Reply post(String path, String body) {
    return send("POST", path, Optional.of(body), Optional.empty());
  }

  /** Registers a job and tells its number. */
  long register(String sourceId, String tasks) {
    return post(
            "/DANE/job",
            "{\"source_url\": \"u\", \"source_id\": \"%s\", \"tasks\": %s}"
                .formatted(sourceId, tasks))
        .ok(201)
        .path("job_id")
        .asLong();
  }

  /** The tasks of a job: key, state and message of each. */
  String states(long job) {
    var shown = new StringBuilder();
    get("/DANE/job/" + job)
        .ok(200)
        .path("tasks")
        .findParents("task_key")
        .forEach(task ->
            shown
                .append(shown.isEmpty() ? "" : ", ")
                .append(task.path("task_key").asText())
                .append(' ')
                .append(task.path("task_state").asInt()));
    return shown.toString();
  }

  void awaitStates(long job, String states) {
    await(() -> states(job).equals(states), () -> states + " of " + states(job));
  }

  JsonNode response(long job) {
    return get("/DANE/job/" + job).ok(200).path("response");
  }

  URI address() {
    return http.listening().getFirst();
  }

  FakeBroker broker() {
    return broker;
  }

  Engine engine() {
    return engine;
  }

  /** The message that was published as this one, from 1; waits for it. */
  Message message(int which) {
    await(
        () -> broker.published().size() >= which,
        () -> which + " messages of " + broker.published().size());
    return broker.published().get(which - 1);
  }

  /** A worker answers a message. */
  void answer(Message message, String body) {
    answer(message.correlationId(), body);
  }

  void answer(String correlationId, String body) {
    broker.answer(correlationId, body);
  }

  /** Answers that were put away, the newest first. */
  List<DeadLetter> deadLetters() {
    return PutAway.in(store);
  }

  private static void await(Callable<Boolean> condition, Supplier<String> what) {
    try {
      Waiting.until(condition);
    } catch (Exception | AssertionError failed) {
      throw new AssertionError("did not come about: " + what.get(), failed);
    }
  }

  @Override
  public void close() {
    client.close();
    http.close();
    answers.close();
    engine.close();
  }
}
