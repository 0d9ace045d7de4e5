package org.millrace.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.millrace.cli.ClientCommands;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.Space;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.workers.WorkerBroker.WorkerQueue;
import org.millrace.sdk.AgentType;
import org.millrace.sdk.Answer;
import org.millrace.sdk.ApiHandler;
import org.millrace.sdk.Config;
import org.millrace.sdk.Creator;
import org.millrace.sdk.Document;
import org.millrace.sdk.ElasticsearchHandler;
import org.millrace.sdk.Generator;
import org.millrace.sdk.Result;
import org.millrace.sdk.Target;
import org.millrace.sdk.TargetType;
import org.millrace.sdk.Task;
import org.millrace.sdk.Worker;
import org.millrace.server.config.ServerConfig;

/**
 * Sends a document through two workers for the demo, of which the second depends on the first, over
 * everything that lies between in earnest: DANE's API, the broker, and what workers take for
 * Elasticsearch.
 */
final class DemoWorkers {
  /** As whom workers sign in, at the broker and at the index. */
  static final String USER = "demo";

  private static final Space SPACE = new Space("dane");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
  private static final Generator GENERATOR =
      new Generator(ServerConfig.VERSION, AgentType.SOFTWARE, "demo", "");

  private final MillraceServer server;
  private final String password;
  private final Path folder;

  /**
   * Workers for a server.
   *
   * @param folder where they keep their files
   */
  DemoWorkers(MillraceServer server, String password, Path folder) {
    this.server = server;
    this.password = password;
    this.folder = folder;
  }

  /**
   * Runs them; whether all came to a good end.
   *
   * @param name of the document; one that no earlier demo has used
   * @param file what it leads to
   */
  boolean run(String name, Path file) throws IOException, InterruptedException {
    DemoCommand.say("");
    DemoCommand.say(
        "8. Programs that take work from a queue are DANE workers. Two of them, in Java, on a"
            + " broker in this process:");
    DemoCommand.say("     DOWNLOAD copies what a document leads to, and saves where;");
    DemoCommand.say("     FILESIZE depends on DOWNLOAD, and saves how large that is.");
    Files.createDirectories(folder);
    server.awaitWorkers();
    Config config = config();
    Worker download = download(config);
    Worker filesize = filesize(config);
    Thread first = Thread.ofPlatform().daemon().name("demo-download").start(download);
    Thread second = Thread.ofPlatform().daemon().name("demo-filesize").start(filesize);
    try (ApiHandler dane = ApiHandler.connect(config);
        ElasticsearchHandler index = ElasticsearchHandler.connect(config)) {
      awaitQueues(Set.of("demo_download", "demo_filesize"));
      return followed(dane, index, name, file);
    } finally {
      filesize.stop();
      download.stop();
      first.join();
      second.join();
    }
  }

  private Config config() {
    return Config.defaults()
        .with("RABBITMQ.HOST", ServerConfig.LOOPBACK)
        .with("RABBITMQ.PORT", server.brokerListening().orElseThrow().getPort())
        .with("RABBITMQ.USER", USER)
        .with("RABBITMQ.PASSWORD", password)
        .with("ELASTICSEARCH.HOST", List.of(ServerConfig.LOOPBACK))
        .with("ELASTICSEARCH.PORT", server.listening().getLast().getPort())
        .with("ELASTICSEARCH.USER", USER)
        .with("ELASTICSEARCH.PASSWORD", password)
        .with("DANE.API_URL", server.listening().getFirst().resolve("/DANE/").toString())
        .with("PATHS.TEMP_FOLDER", folder.resolve("temp").toString())
        .with("PATHS.OUT_FOLDER", folder.resolve("out").toString());
  }

  private static Worker download(Config config) {
    return Worker.named("demo_download")
        .bindingKey("#.DOWNLOAD")
        .config(config)
        .generator(GENERATOR)
        .callback((task, document, worker) -> {
          Path source = Path.of(URI.create(document.target().url()));
          Path copy = worker.directories(document).temp().resolve("copy");
          Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING);
          save(worker, task, Map.of("file_path", copy.toString()));
          return Answer.success();
        })
        .build();
  }

  private static Worker filesize(Config config) {
    return Worker.named("demo_filesize")
        .bindingKey("#.FILESIZE")
        .config(config)
        .generator(GENERATOR)
        .dependsOn("DOWNLOAD")
        .callback((task, document, worker) -> {
          Result left =
              worker.handler().searchResult(String.valueOf(document.id()), "DOWNLOAD").getFirst();
          Path copy = Path.of(left.payload().path("file_path").asText());
          save(worker, task, Map.of("bytes", Files.size(copy)));
          return Answer.success();
        })
        .build();
  }

  private static void save(Worker worker, Task task, Map<String, ?> payload) {
    worker.handler().registerResult(Result.of(GENERATOR, payload), String.valueOf(task.id()));
  }

  /** A task that no queue takes would end at once. */
  private void awaitQueues(Set<String> names) throws InterruptedException {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    while (!consumed().containsAll(names)) {
      if (System.nanoTime() > giveUp) {
        throw new IllegalStateException("the demo's workers did not come to their queues");
      }
      TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  private Set<String> consumed() throws InterruptedException {
    return server.workerQueues().orElse(List.of()).stream()
        .filter(queue -> queue.consumers() > 0)
        .map(WorkerQueue::name)
        .collect(Collectors.toSet());
  }

  private boolean followed(ApiHandler dane, ElasticsearchHandler index, String name, Path file)
      throws InterruptedException {
    Document document =
        dane.registerDocument(
            Document.of(
                Target.of(name, file.toUri().toString(), TargetType.TEXT),
                Creator.of("Millrace", AgentType.SOFTWARE)));
    String id = document.computedId();
    DemoCommand.say("   A document is registered, and FILESIZE alone is assigned to it.");
    String filesize = dane.assignTask(Task.of("FILESIZE"), id).computedId(id);
    TaskId task = coreTask(new EntryId(filesize));
    server.engine().submitAndWait().await(task, Caller.ANONYMOUS, PATIENCE);
    DemoCommand.say("   The server created what was missing; these are its tasks now:");
    for (Task each : dane.assignedTasks(id)) {
      DemoCommand.say("     %s %d %s".formatted(each.key(), each.state(), each.message()));
    }
    DemoCommand.say("");
    DemoCommand.say("   millrace explain " + task);
    ClientCommands.explain(Map.of("MILLRACE_SERVER", server.listening().getFirst().toString()))
        .execute(task.text());
    if (!dane.isDone(filesize)) {
      return false;
    }
    JsonNode result = index.searchResult(id, "FILESIZE").getFirst().payload();
    DemoCommand.say("   FILESIZE has saved a result: " + result);
    return true;
  }

  private TaskId coreTask(EntryId id) {
    return server.engine().documents().views().task(SPACE, id).orElseThrow().entry().task();
  }
}
