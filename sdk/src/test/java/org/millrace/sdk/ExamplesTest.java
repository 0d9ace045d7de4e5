package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of {@code docs/dane-sdk.md}, run; the page may show nothing that does not stand
 * here. The table of {@code docs/dane.md} must have every operation of the contract.
 */
class ExamplesTest {
  private static final Path PAGE =
      Path.of(System.getProperty("millrace.root", ".."), "docs/dane-sdk.md");
  private static final Path TABLE = PAGE.resolveSibling("dane.md");

  /** Answers how large a file is. */
  public static final class FilesizeWorker implements WorkerProgram {
    @Override
    public String queue() {
      return "filesize_queue";
    }

    @Override
    public List<String> bindingKeys() {
      return List.of("#.FILESIZE");
    }

    @Override
    public Answer work(Task task, Document document, Worker worker) throws Exception {
      Path file = Path.of(URI.create(document.target().url()));
      if (!Files.exists(file)) {
        return Answer.of(State.NOT_FOUND, "No file found at target url");
      }
      Optional<Generator> generator = worker.generator();
      if (generator.isPresent() && task.id() != null) {
        Result result = Result.of(generator.get(), Map.of("size", Files.size(file)));
        worker.handler().registerResult(result, task.id());
      }
      return Answer.success().with("size", Files.size(file));
    }
  }

  @Test
  void a_worker_in_memory(@TempDir Path temp) throws Exception {
    Path file = Files.writeString(temp.resolve("a.txt"), "12345");
    Generator generator = new Generator("1", AgentType.SOFTWARE, "filesize", "https://example.org");

    InMemoryHandler handler = new InMemoryHandler();
    Worker worker =
        Worker.program(new FilesizeWorker(), Config.defaults())
            .handler(handler)
            .generator(generator)
            .build();
    handler.plug(worker);

    Document document =
        handler.registerDocument(
            Document.of(
                Target.of("FILE1", file.toUri().toString(), TargetType.TEXT),
                Creator.of("ACME", AgentType.ORGANIZATION)));
    handler.assignTask(Task.of("FILESIZE"), document.computedId());
    Result size = handler.searchResult(document.computedId(), "FILESIZE").getFirst();

    assertThat(size.payload().path("size").asInt()).isEqualTo(5);
  }

  @Test
  void a_client_at_a_server() {
    try (RecordedServer server = new RecordedServer()) {
      server
          .then(200, Json.write(document().registered("d1", "2024-05-13T10:00:00").toJson()))
          .then(201, "{\"_id\": \"t1\", \"key\": \"ASR\", \"args\": {\"language\": \"nl\"}}")
          .then(200, "{\"_id\": \"t1\", \"key\": \"ASR\", \"state\": \"200\"}");
      Config config =
          Config.defaults().with("DANE.API_URL", "http://127.0.0.1:" + server.port() + "/DANE/");
      assertThat(client(config)).isTrue();
    }
  }

  private static Document document() {
    return Document.of(
        Target.of("VID0001", "http://media.example.org/a.mp4", TargetType.VIDEO),
        Creator.of("ACME", AgentType.ORGANIZATION));
  }

  private static boolean client(Config config) {
    try (ApiHandler dane = ApiHandler.connect(config)) {
      Document document = dane.registerDocument(document());
      Task task = Task.of("ASR").with("language", "nl").withPriority(4);
      Task assigned = dane.assignTask(task, document.computedId());
      return dane.isDone(assigned.computedId(document.computedId()));
    }
  }

  @Test
  @ExtendWith(WithRabbit.class)
  void a_command_as_a_worker(RabbitNode rabbit) throws Exception {
    Config config = rabbit.config("examples");
    try (Peer peer = new Peer(config)) {
      peer.workerQueue("command_queue", "Video.COMMAND");
    }
    Worker worker = command(config);
    try (RunningWorker _ = RunningWorker.of(worker)) {
      assertThat(tried(config).message()).isEqualTo("Success");
    }
  }

  private static Worker command(Config config) {
    return Worker.named("command_queue")
        .bindingKey("Video.COMMAND")
        .config(config)
        .noApi()
        .generator(new Generator("1", AgentType.SOFTWARE, "command", "https://example.org"))
        .callback(
            CommandCallback.of("sh", "-c", "echo '{\"state\": 200, \"message\": \"Success\"}'"))
        .build();
  }

  private static Answer tried(Config config) throws TimeoutException, InterruptedException {
    try (RequestGenerator generator = RequestGenerator.connect(config)) {
      return generator.ask(Task.of("COMMAND"), document(), Duration.ofSeconds(30));
    }
  }

  @Test
  void the_page_shows_what_stands_here() throws Exception {
    String here =
        flat(
            Files.readString(
                PAGE.resolveSibling("../sdk/src/test/java/org/millrace/sdk/ExamplesTest.java")));
    Matcher shown =
        Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    List<String> examples = shown.results().map(found -> found.group(1)).toList();
    assertThat(examples).hasSizeGreaterThanOrEqualTo(4);
    for (String example : examples) {
      assertThat(here).contains(flat(example));
    }
  }

  private static String flat(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  /** Begins the second cell of a row that is not about the document era. */
  private static final String JOB_ERA = "job era: ";

  /** By section of the contract, and by era where it has both; as Python calls them. */
  private static final Map<String, List<String>> OPERATIONS =
      Map.of(
          "6.2",
          List.of(
              "to_json",
              "from_json",
              "set_api",
              "register",
              "delete",
              "getAssignedTasks",
              "VALID_TYPES",
              "VALID_AGENTS"),
          "6.3",
          List.of(
              "assign",
              "assignMany",
              "delete",
              "run",
              "retry",
              "reset",
              "refresh",
              "isDone",
              "state",
              "set_api",
              "apply",
              "to_json",
              "from_json",
              "copy"),
          "6.4",
          List.of("save", "delete", "to_json", "from_json"),
          "6.5",
          List.of(
              "registerDocument",
              "registerDocuments",
              "deleteDocument",
              "assignTask",
              "assignTaskToMany",
              "deleteTask",
              "taskFromTaskId",
              "getTaskState",
              "getTaskKey",
              "documentFromDocumentId",
              "documentFromTaskId",
              "registerResult",
              "deleteResult",
              "resultFromResultId",
              "searchResult",
              "isDone",
              "run",
              "retry",
              "callback",
              "updateTaskState",
              "search",
              "getUnfinished",
              "getAssignedTasks",
              "get_docs_of_creator",
              "get_tasks_of_creator",
              "get_results_of_creator",
              "get_result_of_task"),
          JOB_ERA + "6.5",
          List.of(
              "register_job",
              "delete_job",
              "propagate_task_ids",
              "get_dirs",
              "register",
              "taskFromTaskId",
              "jobFromJobId",
              "jobFromTaskId",
              "run",
              "retry",
              "callback",
              "updateTaskState",
              "search",
              "getUnfinished"),
          "6.6",
          List.of(
              "base_worker",
              "generator",
              "connect",
              "run",
              "stop",
              "callback",
              "getDirs",
              "handler",
              "auto_connect",
              "no_api",
              "depends_on",
              "RefuseJobException"));

  @Test
  void every_operation_of_the_contract_has_its_row() throws Exception {
    String page = Files.readString(TABLE);
    OPERATIONS.forEach((section, operations) -> {
      List<String> rows = page.lines().filter(line -> isOf(line, section)).toList();
      for (String operation : operations) {
        assertThat(rows).as("%s %s", section, operation).anyMatch(row -> names(row, operation));
      }
    });
  }

  private static boolean isOf(String row, String section) {
    String[] cells = row.split("\\|", -1);
    if (cells.length < 3) {
      return false;
    }
    String era = cells[2].strip().startsWith(JOB_ERA) ? JOB_ERA : "";
    return section.equals(era + cells[1].strip());
  }

  private static boolean names(String row, String operation) {
    return Pattern.compile("`" + operation + "\\b").matcher(row.split("\\|", -1)[2]).find();
  }

  @Test
  void every_counterpart_that_the_table_names_exists() throws Exception {
    Set<String> ours =
        List.of(
                Handler.class,
                Document.class,
                Task.class,
                Result.class,
                Worker.class,
                Worker.Builder.class,
                Job.class,
                WorkerProgram.class,
                Callback.class,
                InMemoryHandler.class,
                Answer.class)
            .stream()
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .map(Method::getName)
            .collect(Collectors.toSet());
    List<String> named =
        Files.readString(TABLE)
            .lines()
            .filter(line -> line.matches("\\| 6\\.\\d \\|.*"))
            .map(row -> row.split("\\|", -1)[3])
            .flatMap(cell -> Pattern.compile("`[\\w.]*?(\\w+)\\(").matcher(cell).results())
            .map((MatchResult found) -> found.group(1))
            .toList();
    assertThat(named).hasSizeGreaterThan(40);
    assertThat(ours).containsAll(named);
  }
}
