package org.millrace.checks.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The server as it is shipped, in a process of its own, on a free port of loopback. */
final class PackagedServer implements AutoCloseable {
  static final Path DIST = Path.of(System.getProperty("millrace.root"), "server/target/dist/lib");
  private static final String READY = "listening on ";
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final URI address;

  private PackagedServer(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts it on a data folder; returns when it is ready. Its messages go to {@code data/log}, all
   * starts in one file.
   */
  static PackagedServer start(Path data, String... settings) throws IOException {
    Files.createDirectories(data);
    return start(data, command("serve", "--port", "0", "--data", data.toString()), settings);
  }

  /** As {@link #start(Path, String...)}, by a user that is not root; only for root. */
  static PackagedServer startAs(int user, Path data, String... settings)
      throws IOException, InterruptedException {
    Path lib = data.resolve("lib"); // that user need not be able to read this checkout
    Files.createDirectories(data);
    run("cp", "-r", DIST.toString(), lib.toString());
    run("chown", "-R", user + ":" + user, data.toString());
    List<String> command =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=" + user,
                "--regid=" + user,
                "--clear-groups",
                "--no-new-privs"));
    command.addAll(jvm("-Xshare:auto", lib)); // a start cache is for jars in one place only
    command.addAll(List.of("serve", "--port", "0", "--data", data.resolve("data").toString()));
    return start(data, command, settings);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + code);
    }
  }

  private static PackagedServer start(Path data, List<String> command, String... settings)
      throws IOException {
    for (String setting : settings) {
      command.addAll(List.of("--set", setting));
    }
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(data.resolve("log").toFile()))
            .start();
    var output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = output.readLine();
    if (line == null || !line.startsWith(READY)) {
      throw new IOException("the server did not start:\n" + Files.readString(data.resolve("log")));
    }
    return new PackagedServer(process, URI.create(line.substring(READY.length())));
  }

  /** A command line of the product; more can be added. */
  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(jvm(StartCache.option(), DIST));
    command.addAll(List.of(arguments));
    return command;
  }

  /** The product in a JVM, as {@code ./millrace} starts it; its arguments are to follow. */
  static List<String> jvm(String option, Path lib) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        option,
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        lib + "/*",
        "org.millrace.server.Main");
  }

  URI address() {
    return address;
  }

  /** Submits a TES task; its id. */
  String submit(String task) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/v1/tasks"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(task))
            .build();
    return answer(request).path("id").asText();
  }

  /** The task in the FULL view. */
  JsonNode task(String id) throws IOException, InterruptedException {
    return get("/v1/tasks/" + id + "?view=FULL");
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return answer(HttpRequest.newBuilder(address.resolve(path)).build());
  }

  void cancel(String id) throws IOException, InterruptedException {
    answer(
        HttpRequest.newBuilder(address.resolve("/v1/tasks/" + id + ":cancel"))
            .POST(BodyPublishers.noBody())
            .build());
  }

  private JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(
          request.uri() + " answered " + response.statusCode() + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }

  /** Waits until a task has ended; the task in the FULL view. */
  JsonNode awaitEnd(String id) throws IOException, InterruptedException {
    List<String> open = List.of("QUEUED", "INITIALIZING", "RUNNING");
    JsonNode[] last = new JsonNode[1];
    await(
        Duration.ofMinutes(2),
        () -> {
          try {
            last[0] = task(id);
            return !open.contains(last[0].path("state").asText());
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    return last[0];
  }

  /** Looks again and again until it is so. */
  static void await(Duration most, Supplier<Boolean> condition) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.get()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not so within " + most);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** {@code kill -9}. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join();
    kill();
  }
}
