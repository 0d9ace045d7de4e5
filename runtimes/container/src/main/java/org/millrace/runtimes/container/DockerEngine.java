package org.millrace.runtimes.container;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.ChangeLog;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millrace.engine.staging.OneLine;

/**
 * The engine's API, as far as it is used here. Every call either has its answer, or throws {@link
 * EngineRefused} (it answered otherwise), {@link EngineAway} (it did not answer), or {@code
 * InterruptedException}. Thread-safe.
 *
 * <p>A call that changes something is waited for a moment even by an interrupted thread: else it
 * could take effect after what the thread does next, such as a start after a cancel.
 */
final class DockerEngine implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EngineAddress address;
  private final DockerHttpClient http;
  private final DockerClient client;

  /**
   * Opens it; talks to nobody yet.
   *
   * @param connections at once, streams included
   */
  DockerEngine(EngineAddress address, int connections) {
    this.address = address;
    var config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(address.text())
            .withDockerTlsVerify(false)
            .build();
    this.http =
        new ApacheDockerHttpClient.Builder()
            .dockerHost(URI.create(address.text()))
            .maxConnections(connections)
            .connectionTimeout(Duration.ofSeconds(10))
            .build();
    this.client = DockerClientImpl.getInstance(config, http);
  }

  EngineAddress address() {
    return address;
  }

  // --- the engine itself ---

  Info info() throws EngineAway, EngineRefused, InterruptedException {
    return ask("info", client.infoCmd()::exec);
  }

  // --- images ---

  Optional<InspectImageResponse> image(String reference)
      throws EngineAway, EngineRefused, InterruptedException {
    return found(() -> ask("inspect image", client.inspectImageCmd(reference)::exec));
  }

  /**
   * Pulls an image; returns when it is there.
   *
   * @param listener hears of every line of progress, and throws nothing
   */
  void pull(String repository, String tag, Consumer<PullResponseItem> listener)
      throws EngineAway, EngineRefused, InterruptedException {
    PullImageCmd command = client.pullImageCmd(repository).withTag(tag);
    try (var pull = new Pull(listener)) {
      command.exec(pull);
      pull.await();
    } catch (IOException unclosed) {
      throw new EngineAway("pull", unclosed);
    } catch (RuntimeException failed) {
      throw translated("pull", failed);
    }
  }

  /** Hears a pull to its end. */
  private final class Pull implements ResultCallback<PullResponseItem> {
    private final Consumer<PullResponseItem> listener;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicReference<@Nullable String> told = new AtomicReference<>();
    private final AtomicReference<@Nullable Closeable> stream = new AtomicReference<>();

    Pull(Consumer<PullResponseItem> listener) {
      this.listener = listener;
    }

    @Override
    public void onStart(Closeable closeable) {
      stream.set(closeable);
    }

    @Override
    public void onNext(PullResponseItem item) {
      if (item.getErrorDetail() != null) {
        told.set(item.getErrorDetail().getMessage());
      } else {
        listener.accept(item);
      }
    }

    @Override
    public void onError(Throwable error) {
      failure.set(error);
      ended.countDown();
    }

    @Override
    public void onComplete() {
      ended.countDown();
    }

    void await() throws EngineAway, EngineRefused, InterruptedException {
      ended.await();
      String error = told.get();
      if (error != null) {
        throw new EngineRefused(500, OneLine.of(error));
      }
      Throwable failed = failure.get();
      if (failed != null) {
        throw translated("pull", failed);
      }
    }

    @Override
    public void close() throws IOException {
      Closeable open = stream.get();
      if (open != null) {
        open.close();
      }
    }
  }

  // --- containers ---

  /** Creates a container; harmless when one of that name exists. */
  void create(String name, String image, Consumer<CreateContainerCmd> form)
      throws EngineAway, EngineRefused, InterruptedException {
    CreateContainerCmd command = client.createContainerCmd(image).withName(name);
    form.accept(command);
    try {
      change("create container", command::exec);
    } catch (EngineRefused refused) {
      if (refused.status() != 409) {
        throw refused;
      }
    }
  }

  /** Starts a container; harmless when it runs. One that ended would run again: look first. */
  void start(String name) throws EngineAway, EngineRefused, InterruptedException {
    try {
      change(
          "start container",
          () -> {
            client.startContainerCmd(name).exec();
            return name;
          });
    } catch (EngineRefused refused) {
      if (refused.status() != 304) {
        throw refused;
      }
    }
  }

  Optional<Sighting> inspect(String name) throws EngineAway, EngineRefused, InterruptedException {
    return found(() -> ask("inspect container", client.inspectContainerCmd(name)::exec))
        .map(Sighting::of);
  }

  /** Kills a container and returns when it does not run; harmless where it does not. */
  void kill(String name) throws EngineAway, EngineRefused, InterruptedException {
    try {
      change(
          "kill container",
          () -> {
            client.killContainerCmd(name).exec();
            return name;
          });
      waitFor(name);
    } catch (EngineRefused refused) {
      if (refused.status() != 404 && refused.status() != 409 && isRunning(name)) {
        throw refused;
      }
    }
  }

  /** Podman answers 500 to who kills what does not run, and that status says nothing else. */
  private boolean isRunning(String name) throws EngineAway, EngineRefused, InterruptedException {
    return inspect(name).filter(Sighting::isRunning).isPresent();
  }

  /** Returns when a container does not run. */
  void waitFor(String name) throws EngineAway, EngineRefused, InterruptedException {
    ask("wait for container", () -> discarded("POST", "/containers/" + name + "/wait"));
  }

  /** Removes a container, killing it if it runs, with its anonymous volumes; harmless if gone. */
  void remove(String name) throws EngineAway, EngineRefused, InterruptedException {
    try {
      change(
          "remove container",
          () -> {
            client.removeContainerCmd(name).withForce(true).withRemoveVolumes(true).exec();
            return name;
          });
    } catch (EngineRefused refused) {
      if (refused.status() != 404 && refused.status() != 409) { // 409: is being removed already
        throw refused;
      }
    }
  }

  /** All containers with such labels, running or not. */
  List<Container> labelled(Map<String, String> labels)
      throws EngineAway, EngineRefused, InterruptedException {
    return ask(
        "list containers",
        client.listContainersCmd().withShowAll(true).withLabelFilter(labels)::exec);
  }

  /**
   * Whether somebody sent a signal to a container by way of the engine, which the engine also does
   * itself when it is stopped.
   *
   * @param from seconds of the engine's clock, which is not asked further back than it remembers
   * @param to seconds of the engine's clock
   */
  boolean wasSignalled(String name, long from, long to)
      throws EngineAway, EngineRefused, InterruptedException {
    String filters = "{\"container\":[\"" + name + "\"],\"event\":[\"kill\"]}";
    String path =
        "/events?since="
            + from
            + "&until="
            + to
            + "&filters="
            + URLEncoder.encode(filters, StandardCharsets.UTF_8);
    return ask("events of container", () -> discarded("GET", path)).length > 0;
  }

  /** Paths of a container that differ from its image. */
  List<String> changed(String name) throws EngineAway, EngineRefused, InterruptedException {
    List<ChangeLog> changes = ask("changes of container", client.containerDiffCmd(name)::exec);
    return changes == null ? List.of() : changes.stream().map(ChangeLog::getPath).toList();
  }

  // --- streams ---

  /**
   * Both streams of a container as its log has them, in frames, from their beginning.
   *
   * @param follow go on until it ends
   */
  InputStream logs(String name, boolean follow)
      throws EngineAway, EngineRefused, InterruptedException {
    String path = "/containers/" + name + "/logs?stdout=1&stderr=1&follow=" + (follow ? "1" : "0");
    return ask("logs of container", () -> opened(request("GET", path).build()));
  }

  /** What lies at a path of a container, as a tar; empty if nothing does. */
  Optional<InputStream> archive(String name, String path)
      throws EngineAway, EngineRefused, InterruptedException {
    return found(() ->
        ask("read from container", () -> opened(request("GET", archiveOf(name, path)).build())));
  }

  /** Unpacks a tar in the root of a container. */
  void unpack(String name, InputStream tar) throws EngineAway, EngineRefused, InterruptedException {
    change(
        "write to container",
        () -> {
          Request request =
              request("PUT", archiveOf(name, "/"))
                  .putHeader("Content-Type", "application/x-tar")
                  .body(tar)
                  .build();
          try (InputStream answer = opened(request)) {
            return answer.readAllBytes();
          }
        });
  }

  private static String archiveOf(String name, String path) {
    return "/containers/"
        + name
        + "/archive?path="
        + URLEncoder.encode(path, StandardCharsets.UTF_8);
  }

  private byte[] discarded(String method, String path) throws IOException {
    try (InputStream answer = opened(request(method, path).build())) {
      return answer.readAllBytes();
    }
  }

  private static Request.Builder request(String method, String path) {
    return Request.builder().method(method).path(path);
  }

  /** The body of an answer; closing it ends the exchange without reading the rest. */
  private InputStream opened(Request request) throws IOException {
    Response response = http.execute(request);
    int status = response.getStatusCode();
    if (status < 300) {
      if (Thread.currentThread().isInterrupted()) { // nobody waits for it any more
        response.close();
        throw new ClosedByInterruptException();
      }
      return new AnswerBody(response);
    }
    try (response) {
      throw new DockerException(
          new String(response.getBody().readNBytes(4096), StandardCharsets.UTF_8), status);
    }
  }

  // --- asking ---

  private <T> T ask(String what, Callable<T> call)
      throws EngineAway, EngineRefused, InterruptedException {
    return answered(what, call, Duration.ZERO);
  }

  private <T> T change(String what, Callable<T> call)
      throws EngineAway, EngineRefused, InterruptedException {
    return answered(what, call, LAST_PATIENCE);
  }

  private <T> T answered(String what, Callable<T> call, Duration whenInterrupted)
      throws EngineAway, EngineRefused, InterruptedException {
    var answer = new FutureTask<>(call);
    Thread asking = Thread.ofVirtual().name("container-engine-call").start(answer);
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interruption) {
      awaitDeaf(asking, whenInterrupted);
      throw interruption;
    } catch (ExecutionException failed) {
      throw translated(what, failed.getCause());
    } catch (TimeoutException late) {
      throw new EngineAway(what + ": no answer within " + PATIENCE.toMinutes() + " minutes", late);
    } finally {
      asking.interrupt();
    }
  }

  private static void awaitDeaf(Thread asking, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    boolean again = false;
    for (long left = patience.toNanos(); left > 0 && asking.isAlive(); ) {
      try {
        asking.join(Duration.ofNanos(left));
      } catch (InterruptedException oncemore) {
        again = true;
      }
      left = end - System.nanoTime();
    }
    if (again) {
      Thread.currentThread().interrupt();
    }
  }

  private EngineAway translated(String what, @Nullable Throwable failed)
      throws EngineAway, EngineRefused, InterruptedException {
    for (Throwable at = failed; at != null; at = at.getCause()) {
      switch (at) {
        case DockerException answered when answered.getHttpStatus() > 0 ->
            throw new EngineRefused(answered.getHttpStatus(), words(answered));
        case ClosedByInterruptException _ -> throw interrupted(what);
        case InterruptedException _ -> throw interrupted(what);
        default -> {}
      }
    }
    for (Throwable at = failed; at != null; at = at.getCause()) {
      if (at instanceof IOException) {
        return new EngineAway(
            "the container engine at " + address + " does not answer (" + what + "): " + at, at);
      }
    }
    throw new IllegalStateException("call to the container engine: " + what, failed);
  }

  private static InterruptedException interrupted(String what) {
    return new InterruptedException(what + " was interrupted");
  }

  /** The engine's own sentence, out of the JSON around it. */
  private static String words(DockerException answered) {
    String message = String.valueOf(answered.getMessage());
    int brace = message.indexOf('{');
    if (brace >= 0) {
      try {
        message = JSON.readTree(message.substring(brace)).path("message").asText(message);
      } catch (IOException noJson) {
        return OneLine.of(message.strip());
      }
    }
    return OneLine.of(message.strip());
  }

  /** A question whose answer may be that there is none. */
  private interface Question<T> {
    T ask() throws EngineAway, EngineRefused, InterruptedException;
  }

  private static <T> Optional<T> found(Question<T> question)
      throws EngineAway, EngineRefused, InterruptedException {
    try {
      return Optional.of(question.ask());
    } catch (EngineRefused refused) {
      if (refused.status() == 404) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  /** Names of a container, without the slash before them. */
  static List<String> names(Container container) {
    Function<String, String> plain = name -> name.startsWith("/") ? name.substring(1) : name;
    return container.getNames() == null
        ? List.of()
        : Arrays.stream(container.getNames()).map(plain).toList();
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
