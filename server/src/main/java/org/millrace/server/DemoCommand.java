package org.millrace.server;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.engine.views.AttemptView;
import org.millrace.engine.views.TaskView;
import org.millrace.server.config.Home;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts everything embedded, runs one real task with staged input and output, then the graphs of
 * the examples, then a document through two workers, and shows what they did.
 */
@Command(
    name = "demo",
    description =
        "Starts everything on this machine, runs a task, three graphs and two workers, and shows"
            + " them.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where the demo keeps its state and result; default: demo below the home folder of"
              + " Millrace.")
  private @Nullable Path folder;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path demo = (folder == null ? belowHome() : folder).toAbsolutePath().normalize();
    DataFolder.make(demo);
    Path input = Files.createDirectories(demo.resolve("input")).resolve("words.txt");
    Path result = Files.createDirectories(demo.resolve("result")).resolve("counted.txt");
    Files.write(input, resource("words.txt"));
    Files.deleteIfExists(result);
    String task =
        new String(resource("task.json"), StandardCharsets.UTF_8)
            .replace("INPUT", input.toUri().toString())
            .replace("RESULT", result.toUri().toString());

    String secret = randomPassword();
    ServerConfig config = config(demo, secret);
    Logs.configure(config.logging());
    try (MillraceServer server = MillraceServer.open(config)) {
      server.start();
      URI address = server.listening().getFirst();
      say(
          "1. A server is up at %s, with its state in %s."
              .formatted(address, demo.resolve("state")));
      say("2. It is sent a TES task, as any TES client would:");
      say(task.indent(5).stripTrailing());
      var id = new TaskId(post(address.resolve("/ga4gh/tes/v1/tasks"), "application/json", task));
      say("3. The task is %s. It is durable from this moment; waiting for its end.".formatted(id));
      server.engine().submitAndWait().await(id, Caller.ANONYMOUS, PATIENCE);
      TaskView view = server.engine().views().find(id, Caller.ANONYMOUS);
      if (!show(view, result)
          || !showGraphs(server, address, view, demo.resolve("graphs"))
          || !new DemoWorkers(server, secret, demo.resolve("workers")).run(id.text(), input)) {
        return 1;
      }
      say("");
      say(
          "Next: ./millrace serve, then ./millrace submit examples/hello.json or ./millrace graph"
              + " run --wait examples/graphs/diamond.yaml; the page at / has the operations of TES,"
              + " /api/v1/openapi.json those of the native API. For DANE: ./millrace serve --compat"
              + " dane and ./millrace worker; docs/dane.md has the rest.");
      return 0;
    }
  }

  private static String randomPassword() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static Path belowHome() throws IOException {
    Path home = Home.folder();
    DataFolder.makeHome(home);
    return home.resolve("demo");
  }

  /**
   * Process without isolation stands behind the sandbox here, for machines without bubblewrap;
   * never by default.
   */
  private static ServerConfig config(Path demo, String secret) {
    return ServerConfig.from(
        new Sources()
            .flag("data", demo.resolve("state").toString(), "demo")
            .flag("http.port", "0", "demo")
            .flag("runtimes.container", "deny", "demo") // images would have to be fetched
            .flag("runtimes.process", "allow", "demo")
            .flag("logging.level", "error", "demo")
            .flag("broker.kind", "embedded", "demo") // opens beside all that comes before
            .flag("broker.port", "0", "demo")
            .flag("broker.user", DemoWorkers.USER, "demo")
            .flag("broker.password", secret, "demo")
            .flag("faces.elasticsearch.listen", "0", "demo")
            .flag("dane.workers.user", DemoWorkers.USER, "demo")
            .flag("dane.workers.password", secret, "demo")
            .flag("transfer.local.read-roots", demo.resolve("input").toString(), "demo")
            .flag("transfer.local.write-roots", demo.resolve("result").toString(), "demo"));
  }

  /** Sends a task or a graph; the id that it got. */
  static String post(URI to, String type, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(to)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IOException(
            "the server refused what the demo sent: " + answer.statusCode() + " " + answer.body());
      }
      return new JsonMapper().readTree(answer.body()).path("id").asText();
    }
  }

  /** Their programs name their files by paths of their own, which wants isolation. */
  private static boolean showGraphs(
      MillraceServer server, URI address, TaskView before, Path folder)
      throws IOException, InterruptedException {
    if (before.attempts().getLast().handle().runtime().equals(LocalRuntimes.PROCESS)) {
      say("7. The graphs of the examples are left out: they want bubblewrap or containers.");
      return true;
    }
    say("7. Tasks that wait for each other are a graph. Three of them, in %s:".formatted(folder));
    return new DemoGraphs(server.engine(), address, folder).run();
  }

  private static boolean show(TaskView view, Path result) throws IOException {
    TaskState state = view.task().state();
    for (AttemptView attempt : view.attempts()) {
      showAttempt(attempt);
    }
    say(
        "5. It ended %s%s."
            .formatted(
                state,
                view.task().outcome().flatMap(Outcome::why).map(why -> ": " + why).orElse("")));
    if (state != TaskState.COMPLETE) {
      return false;
    }
    say("6. The result is in %s:".formatted(result));
    say(Files.readString(result).indent(5).stripTrailing());
    return true;
  }

  private static void showAttempt(AttemptView attempt) {
    say("4. It ran in runtime '%s':".formatted(attempt.handle().runtime()));
    if (attempt.handle().runtime().equals(LocalRuntimes.PROCESS)) {
      say(
          "     bubblewrap is not usable here, so the demo let it run without isolation; a server"
              + " does not unless told");
    }
    attempt
        .report()
        .inputs()
        .forEach(file ->
            say(
                "     in   %s, %d bytes, sha256 %s"
                    .formatted(file.path(), file.size(), file.sha256().orElse("-"))));
    attempt
        .report()
        .executors()
        .forEach(ran ->
            say(
                "     ran  exit code %d, %d ms, peak memory %s bytes (%s)"
                    .formatted(
                        ran.exitCode(),
                        Duration.between(ran.start(), ran.end()).toMillis(),
                        ran.usage().peakMemory().map(String::valueOf).orElse("?"),
                        ran.usage().measuredBy())));
    attempt
        .report()
        .outputs()
        .forEach(file ->
            say(
                "     out  %s, %d bytes, sha256 %s"
                    .formatted(file.path(), file.size(), file.sha256().orElse("-"))));
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream bytes = DemoCommand.class.getResourceAsStream("demo/" + name)) {
      if (bytes == null) {
        throw new IOException("the program is not whole: it lacks the demo's " + name);
      }
      return bytes.readAllBytes();
    }
  }

  static void say(String line) {
    System.out.println(line);
  }
}
