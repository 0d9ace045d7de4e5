package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.millrace.checks.endtoend.DaneSite.Broker;
import org.millrace.sdk.Answer;
import org.millrace.sdk.Directories;
import org.millrace.sdk.Document;
import org.millrace.sdk.Job;
import org.millrace.sdk.Result;

/**
 * Jobs on a whole server, beside documents, with workers of both eras on one exchange; and what
 * becomes of the answers when two queues are bound to one key (contracts/dane.md 1.8, 2.5 to 2.8,
 * 3). The workers are the SDK's, in this process, so that the test decides when each answers.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@ParameterizedClass
@EnumSource(Broker.class)
class DaneJobsEndToEndTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final JsonMapper JSON = new JsonMapper();

  /** Numbers of jobs: a new server takes one after the other. */
  private static final int STALLED = 1;

  private static final int WHOLE = 2;

  @TempDir private Path folder;

  @Parameter Broker kind;
  @AutoClose private DaneSite site;
  private DaneCalls calls;
  private DaneWorkers workers;

  @BeforeEach
  void starts_a_server() throws Exception {
    site =
        DaneSite.with(
            kind,
            folder.resolve("broker"),
            "dane.job.temp-folder=" + folder.resolve("TEMP"),
            "dane.job.out-folder=" + folder.resolve("OUT"),
            "lanes.dane.limit=1"); // each message of a key waits for the one before to be answered
    calls = site.calls();
    workers = site.workers();
    site.start();
    site.awaitBroker();
  }

  /**
   * That the server dies between two tasks is no matter of luck: only one message of a key may be
   * out, and a worker has that of another job in hand. What it answers while no server is there
   * makes room for the job that waits.
   */
  @Test
  void jobs_and_documents_go_on_by_themselves_though_the_server_is_killed_between_two_tasks()
      throws Exception {
    var cv = new Gate();
    var speech = new Gate();
    startWorkersOfJobs(cv);
    workers.ofDocuments(
        "speech_queue",
        "Video.SPEECH",
        (task, _, self) -> {
          speech.pass();
          self.handler()
              .registerResult(Result.of(DaneWorkers.GENERATOR, Map.of("words", 7)), task.id());
          return Answer.success();
        });
    site.awaitTakers(workers);

    register(STALLED, "{\"taskSequential\": [\"CV\", \"SUBTITLES\", \"INDEX\"]}");
    String document = calls.assign("ACME", "SPEECH");
    await(cv::isReached);
    await(speech::isReached);
    register(
        WHOLE,
        """
        {"taskSequential": ["download", "CV",
          {"taskParallel": ["ASR", {"taskSequential": ["OCR", {"Task": {"task_key": "NER"}}]}]},
          "INDEX"]}
        """);
    // That is said only of what nobody has taken up: its message is not out.
    await(() -> calls.get("/DANE/task/5/explain").toString().contains("\"lane-full\""));
    assertThat(states(STALLED)).isEqualTo("CV 102, SUBTITLES 201, INDEX 201");
    assertThat(states(WHOLE))
        .isEqualTo("DOWNLOAD 200, CV 102, ASR 201, OCR 201, NER 201, INDEX 201");
    assertThat(calls.state(document)).isEqualTo("102");

    site.kill();
    cv.open(); // and its answer waits for a server
    site.start();
    site.awaitBroker();
    speech.open();

    awaitSame(() -> states(STALLED), "CV 200, SUBTITLES 404, INDEX 201");
    awaitSame(() -> states(WHOLE), "DOWNLOAD 200, CV 200, ASR 200, OCR 200, NER 200, INDEX 200");
    awaitSame(() -> calls.state(document), "200");
    assertWhole();
    assertStalled();
    assertErasAreToldApart(document);
    assertThat(calls.get("/DANE/creator/ACME/SPEECH/results").findValuesAsText("words"))
        .containsExactly("7");
    assertNothingWasPutAway();
  }

  /** As the original ends it: every task with what its worker said, and what it said besides. */
  private void assertWhole() throws IOException {
    String found =
        """
        %s, "DOWNLOAD": {"file_path": "%s/a.mp4", "file_type": "VIDEO"}, "CV": {"bytes": 6},
        "ASR": {"words": ["hello"]}, "OCR": {}, "NER": {"ocr_was_done": true}
        """
            .formatted(shared(WHOLE), temp(WHOLE));
    String tasks =
        """
        {"taskSequential": [%s, %s, {"taskParallel": [%s, {"taskSequential": [%s, %s]}]}, %s]}
        """
            .formatted(
                task(WHOLE, 4, "DOWNLOAD", "200", "Success"),
                task(WHOLE, 5, "CV", "200", "Looked at it"),
                task(WHOLE, 6, "ASR", "200", "Success"),
                task(WHOLE, 7, "OCR", "200", "Success"),
                task(WHOLE, 8, "NER", "200", "Success"),
                task(WHOLE, 9, "INDEX", "200", "Indexed"));
    assertThat(calls.get("/DANE/job/" + WHOLE))
        .isEqualTo(job(WHOLE, tasks, found + ", \"INDEX\": {}"));
    assertThat(temp(WHOLE).resolve("a.mp4")).hasContent("frames");
    assertThat(json(Files.readString(out(WHOLE).resolve("SOURCE_URL.json"))))
        .isEqualTo(json("{\"source_url\": \"http://media.example.org/a%20b.mp4\"}"));
    assertThat(json(Files.readString(out(WHOLE).resolve("index.json"))))
        .as("what the last worker was told")
        .isEqualTo(json("{" + found + "}"));
  }

  /** What failed holds what comes after it. */
  private void assertStalled() {
    String tasks =
        "{\"taskSequential\": [%s, %s, %s]}"
            .formatted(
                task(STALLED, 1, "CV", "200", "Looked at it"),
                task(STALLED, 2, "SUBTITLES", "404", "There are none"),
                task(STALLED, 3, "INDEX", "201", "Created"));
    assertThat(calls.get("/DANE/job/" + STALLED))
        .isEqualTo(
            job(STALLED, tasks, shared(STALLED) + ", \"CV\": {\"bytes\": 0}, \"SUBTITLES\": {}"));
    assertThat(out(STALLED)).isDirectoryNotContaining("glob:**/index.json");
    assertThat(calls.get("/DANE/job/inprogress")).isEqualTo(json("{\"jobs\": [1]}"));
  }

  /** As it is told later, when its priority has become a text. */
  private static JsonNode job(int number, String tasks, String response) {
    return json(
        """
        {"source_url": "http://media.example.org/a%%20b.mp4", "source_id": "ITM%d", "job_id": %1$d,
         "tasks": %s, "metadata": {"language": "nl"}, "priority": "3", "response": {%s}}
        """
            .formatted(number, tasks, response));
  }

  /**
   * A task as JSON.
   *
   * @param state a number within a job, a text where the task stands alone
   */
  private static String task(int job, int number, String key, String state, String message) {
    return """
    {"Task": {"task_key": "%s", "task_id": %d, "task_state": %s, "task_msg": "%s", "job_id": %d}}
    """
        .formatted(key, number, state, message, job);
  }

  private String shared(int job) {
    return "\"SHARED\": {\"TEMP_FOLDER\": \"%s\", \"OUT_FOLDER\": \"%s\"}"
        .formatted(temp(job), out(job));
  }

  private Path temp(int job) {
    return folder.resolve("TEMP/IT/M%d/ITM%1$d".formatted(job));
  }

  private Path out(int job) {
    return folder.resolve("OUT/IT/M%d/ITM%1$d".formatted(job));
  }

  private void assertErasAreToldApart(String document) {
    assertThat(calls.get("/DANE/task/5"))
        .isEqualTo(json(task(WHOLE, 5, "CV", "\"200\"", "Looked at it")));
    assertThat(document).matches("[0-9a-f]{40}");
    JsonNode task = calls.get("/DANE/task/" + document);
    assertThat(task.path("_id").asText()).isEqualTo(document);
    assertThat(task.path("key").asText()).isEqualTo("SPEECH");
    assertThat(task.path("state").asText()).isEqualTo("200");
    assertThat(task.path("msg").asText()).isEqualTo("Success");
    assertThat(task.has("Task")).isFalse();
    assertThat(calls.get("/DANE/task/")).as("jobs have no part in it").isEqualTo(json("[]"));
    assertThat(calls.get("/DANE/search/document/").path("total").asInt()).isEqualTo(1);
    assertThat(calls.get("/DANE/job/search/ITM2")).isEqualTo(json("{\"jobs\": [2]}"));
  }

  /** Those of one job leave what later ones look for, in its folders and in their answers. */
  private void startWorkersOfJobs(Gate cv) {
    workers.ofJobs(
        "#.DOWNLOAD",
        job -> {
          Path file = folders(job).temp().resolve("a.mp4");
          Files.writeString(file, "frames");
          return Answer.success().with("file_path", file.toString()).with("file_type", "VIDEO");
        });
    workers.ofJobs(
        "#.CV",
        job -> {
          if (job.sourceId().equals("ITM1")) {
            cv.pass();
          }
          String file = job.response().at("/DOWNLOAD/file_path").asText();
          return Answer.of(200, "Looked at it")
              .with("bytes", file.isEmpty() ? 0 : Files.size(Path.of(file)));
        });
    // Two that get what is known to be a video alone.
    workers.ofJobs("video.ASR", _ -> Answer.success().with("words", List.of("hello")));
    workers.ofJobs("video.OCR", _ -> Answer.success());
    workers.ofJobs(
        "#.NER", job -> Answer.success().with("ocr_was_done", job.response().has("OCR")));
    workers.ofJobs("#.SUBTITLES", _ -> Answer.of(404, "There are none"));
    workers.ofJobs(
        "#.INDEX",
        job -> {
          Files.writeString(folders(job).out().resolve("index.json"), job.response().toString());
          return Answer.of(200, "Indexed");
        });
  }

  private static Directories folders(Job job) {
    return job.directories().orElseThrow();
  }

  /**
   * Each document's task is taken from both queues. Which worker answers first is the test's
   * choice: the other one holds its message until what the first said has been seen.
   */
  @Test
  void of_two_queues_on_one_key_the_first_answer_counts_and_the_second_is_told_as_late()
      throws Exception {
    var ofFirst = new Gate();
    var ofSecond = new Gate();
    workers.ofDocuments(
        "first_queue",
        "#.TWICE",
        (_, document, _) -> {
          if (isOf("BETA", document)) {
            ofFirst.pass();
          }
          return Answer.of(200, "Found by the first");
        });
    workers.ofDocuments(
        "second_queue",
        "Video.TWICE",
        (_, document, _) -> {
          if (isOf("ACME", document)) {
            ofSecond.pass();
          }
          return Answer.of(404, "Not found by the second");
        });
    site.awaitTakers(workers);

    assertFirstCounts("ACME", "200", "Found by the first", ofSecond);
    assertFirstCounts("BETA", "404", "Not found by the second", ofFirst);

    awaitSame(
        this::queues, "{first_queue=1 worker, 0 messages, second_queue=1 worker, 0 messages}");
    assertNothingWasPutAway();
  }

  private static boolean isOf(String creator, Document document) {
    return document.creator().idText().equals(creator);
  }

  /** There is one message, with one correlation id; so both answers are of attempt 1. */
  private void assertFirstCounts(String creator, String state, String message, Gate other)
      throws InterruptedException {
    String id = calls.assign(creator, "TWICE");
    awaitSame(() -> calls.state(id), state);
    await(other::isReached);
    JsonNode before = calls.get("/DANE/task/" + id);
    assertThat(before.path("msg").asText()).isEqualTo(message);
    String task = calls.get("/DANE/task/" + id + "/explain").path("task").asText();
    assertThat(kinds(task)).isEqualTo("submitted, attempt_begun, started, ended");

    other.open();

    awaitSame(() -> kinds(task), "submitted, attempt_begun, started, ended, late");
    assertThat(events(task).findValuesAsText("detail")).endsWith("answer of attempt 1");
    assertThat(calls.get("/DANE/task/" + id)).isEqualTo(before);
  }

  private String kinds(String task) {
    return String.join(", ", events(task).findValuesAsText("kind"));
  }

  private JsonNode events(String task) {
    return get("/api/v1/tasks/" + task + "/events").path("events");
  }

  private void assertNothingWasPutAway() {
    assertThat(get("/api/v1/dead-letters")).isEqualTo(json("{\"dead_letters\": []}"));
  }

  private JsonNode get(String path) {
    try {
      return site.server().get(path);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  private void register(int job, String tasks) {
    JsonNode registered =
        calls.post(
            "/DANE/job",
            Map.of(
                "source_url",
                "http://media.example.org/a b.mp4",
                "source_id",
                "ITM" + job,
                "tasks",
                json(tasks),
                "metadata",
                Map.of("language", "nl"),
                "priority",
                3));
    assertThat(registered.path("job_id").asInt()).isEqualTo(job);
  }

  /** Of a job's tasks, in their order. */
  private String states(int job) {
    return calls.get("/DANE/job/" + job).path("tasks").findParents("task_key").stream()
        .map(task -> task.path("task_key").asText() + " " + task.path("task_state").asInt())
        .collect(Collectors.joining(", "));
  }

  private String queues() {
    Map<String, String> queues = new TreeMap<>();
    for (JsonNode queue : calls.queues()) {
      queues.put(
          queue.path("name").asText(),
          "%d worker, %d messages"
              .formatted(queue.path("active_workers").asInt(), queue.path("in_queue").asInt()));
    }
    return queues.toString();
  }

  private static void await(Supplier<Boolean> condition) throws InterruptedException {
    PackagedServer.await(PATIENCE, condition);
  }

  /** If it does not come to be so, says how it is instead. */
  private static void awaitSame(Supplier<String> now, String expected) throws InterruptedException {
    try {
      await(() -> now.get().equals(expected));
    } catch (AssertionError late) {
      assertThat(now.get()).as(late.getMessage()).isEqualTo(expected);
      throw late;
    }
  }

  /** Where a worker waits until the test lets it go on. */
  private static final class Gate {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    /** Ends also when the worker is stopped, which interrupts it. */
    void pass() throws InterruptedException {
      reached.countDown();
      open.await();
    }

    boolean isReached() {
      return reached.getCount() == 0;
    }

    void open() {
      open.countDown();
    }
  }
}
