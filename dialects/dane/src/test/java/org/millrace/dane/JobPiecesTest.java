package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.millrace.testkit.Fixtures.aSpec;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.EntryId;
import org.millrace.domain.document.FaceState;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.documents.AssignedTask;
import org.millrace.engine.documents.DocumentViewStore;
import org.millrace.engine.workers.WorkerBroker;
import org.millrace.engine.workers.WorkerBroker.Message;
import org.millrace.engine.workers.WorkerProtocol;
import org.millrace.engine.workers.WorkerProtocol.Decoded;
import org.millrace.testkit.memory.InMemoryStore;
import org.millrace.testkit.runtime.TestAttempt;
import org.millrace.testkit.store.Intercepted;

/** Pieces of the job era: what clients send, what tasks have found out, folders, answers. */
class JobPiecesTest {
  @TempDir Path folder;

  private static Value.Fields fields(String json) {
    try {
      return (Value.Fields) PythonJson.read(json);
    } catch (PythonJson.NotJson wrong) {
      throw new AssertionError(json, wrong);
    }
  }

  // What clients send

  private static final String GOOD =
      "\"source_url\": \"u\", \"source_id\": \"x\", \"tasks\": \"A\"";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"source_url": "u", "source_id": "x"}                                         | 400
          {"source_url": "u", "tasks": "A"}                                             | 400
          {"source_id": "x", "tasks": "A"}                                              | 400
          {"source_url": "", "source_id": "x", "tasks": "A"}                            | 500
          {"source_url": " ", "source_id": "x", "tasks": "A"}                           | 500
          {"source_url": "u", "source_id": " ", "tasks": "A"}                           | 500
          {"source_url": null, "source_id": "x", "tasks": "A"}                          | 500
          {"source_url": "u", "source_id": "x", "tasks": "A", "foo": 1}                 | 400
          {"source_url": "u", "source_id": "x", "tasks": "A", "job_id": 7}              | 500
          {"source_url": "u", "source_id": "x", "tasks": "A", "priority": "high"}       | 400
          {"source_url": "u", "source_id": "..", "tasks": "A"}                          | 400
          {"source_url": "u", "source_id": "a..b", "tasks": "A"}                        | 400
          {"source_url": "u", "source_id": ".hidden", "tasks": "A"}                     | 400
          {"source_url": "u", "source_id": "a/b", "tasks": "A"}                         | 400
          {"source_url": "u", "source_id": "a\\\\b", "tasks": "A"}                      | 400
          {"source_url": "u", "source_id": "a\\u0000b", "tasks": "A"}                   | 400
          {"source_url": "u", "source_id": "a\\nb", "tasks": "A"}                       | 400
          []                                                                            | 400
          "A"                                                                           | 400
          """)
  void every_mistake_of_a_job_has_its_status(String json, int status) throws Exception {
    Value given = PythonJson.read(json);

    assertThatThrownBy(() -> GivenJob.of(given))
        .isInstanceOfSatisfying(
            JobRefused.class, refused -> assertThat(refused.status()).isEqualTo(status));
  }

  @Test
  void names_have_a_hundred_characters_at_most_and_fit_into_a_file_system() {
    for (String name : List.of("a".repeat(101), "\u20ac".repeat(100))) {
      assertThatThrownBy(() ->
              GivenJob.of(
                  fields(
                      "{\"source_url\": \"u\", \"source_id\": \"%s\", \"tasks\": \"A\"}"
                          .formatted(name))))
          .isInstanceOf(JobRefused.class)
          .hasMessageContaining("at most 100 characters");
    }
    assertThatThrownBy(() ->
            GivenJob.of(
                fields(
                    "{\"source_url\": \"%s\", \"source_id\": \"x\", \"tasks\": \"A\"}"
                        .formatted("u".repeat(9_000)))))
        .hasMessageContaining("too long");
  }

  @Test
  void what_is_not_said_has_a_default_and_a_number_is_a_name() {
    GivenJob job = GivenJob.of(fields("{" + GOOD + ", \"source_set\": \"s\", \"job_id\": null}"));
    assertThat(job.metadata()).isEqualTo(fields("{}"));
    assertThat(job.priority()).isEqualTo(new Value.Numeral("1"));
    assertThat(job.response()).isEqualTo(fields("{}"));
    assertThat(
            GivenJob.of(
                fields("{\"source_url\": \" a b \", \"source_id\": 123, \"tasks\": \"A\"}")))
        .extracting(GivenJob::sourceId, GivenJob::sourceUrl)
        .containsExactly("123", "a%20b");
  }

  @Test
  void no_client_says_where_workers_write() {
    String response = ", \"response\": {\"SHARED\": {\"OUT_FOLDER\": \"/etc\"}, \"MINE\": 1}";
    assertThat(GivenJob.of(fields("{" + GOOD + response + "}")).response())
        .isEqualTo(fields("{\"MINE\": 1}"));
  }

  // What tasks have found out

  private static JobTask task(long number, String key, Value answered) {
    return new JobTask(new TaskId("t" + number), number, 1, key, 200, "Success", answered);
  }

  @Test
  void tasks_of_one_key_share_an_entry_and_the_later_file_type_counts() {
    Value.Fields response =
        JobResponse.of(
            fields("{\"SHARED\": {\"OUT_FOLDER\": \"o\"}}"),
            List.of(
                task(1, "DOWNLOAD", fields("{\"n\": 1, \"same\": 5, \"file_type\": \"VIDEO\"}")),
                task(2, "CV", Value.NOTHING),
                task(
                    3,
                    "DOWNLOAD",
                    fields(
                        "{\"n\": [2], \"same\": 5, \"file_type\": \"Sound\", \"o\": {\"a\": 1}}")),
                task(4, "ASR", fields("{}"))));

    assertThat(response)
        .isEqualTo(
            fields(
                "{\"SHARED\": {\"OUT_FOLDER\": \"o\"}, \"DOWNLOAD\": {\"n\": [1, 2], \"same\": 5,"
                    + " \"file_type\": \"Sound\", \"o\": {\"a\": 1}}, \"ASR\": {}}"));
    assertThat(JobResponse.fileType(response)).contains("sound");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"DOWNLOAD\": 3}",
        "{\"DOWNLOAD\": {}}",
        "{\"DOWNLOAD\": {\"file_type\": 3}}",
        "{\"DOWNLOAD\": {\"file_type\": \" \"}}",
        "{\"DOWNLOAD\": {\"file_type\": [\"VIDEO\", \"VIDEO\"]}}"
      })
  void a_file_type_that_is_no_text_is_unknown(String response) {
    assertThat(JobResponse.fileType(fields(response))).isEmpty();
  }

  @Test
  void a_file_type_that_no_routing_key_can_hold_is_unknown() {
    Value.Fields response =
        fields("{\"DOWNLOAD\": {\"file_type\": \"%s\"}}".formatted("v".repeat(300)));
    assertThat(JobResponse.fileType(response)).isEmpty();
  }

  @Test
  void what_a_job_tells_every_worker_has_a_mebibyte_at_most() {
    String half = "\"" + "x".repeat(GivenTask.MOST_ARGS / 2) + "\"";
    GivenJob given = GivenJob.of(fields("{" + GOOD + ", \"metadata\": " + half + "}"));
    assertThat(given.metadata()).isInstanceOf(Value.Text.class);

    Value both =
        fields("{" + GOOD + ", \"metadata\": " + half + ", \"response\": {\"a\": " + half + "}}");
    assertThatThrownBy(() -> GivenJob.of(both))
        .isInstanceOfSatisfying(
            JobRefused.class, refused -> assertThat(refused.status()).isEqualTo(400))
        .hasMessageContaining("at most 1048576 bytes as JSON");
  }

  // Folders

  private JobFolders folders() {
    return new JobFolders(folder.resolve("TEMP"), folder.resolve("OUT"));
  }

  @ParameterizedTest
  @CsvSource({
    "ITM1, IT/M1/ITM1",
    "123, 12/3/123",
    "a, a/a",
    "abcdefgh, ab/cd/ef/abcdefgh",
    "\u00e9\ud83d\ude00x, \u00e9\ud83d\ude00/x/\u00e9\ud83d\ude00x"
  })
  void folders_go_by_the_first_six_characters_in_twos(String id, String below) {
    assertThat(folders().of(id, "http://x"))
        .isEqualTo(
            new Value.Fields(
                Map.of(
                    "TEMP_FOLDER",
                    new Value.Text(folder + "/TEMP/" + below),
                    "OUT_FOLDER",
                    new Value.Text(folder + "/OUT/" + below))));
    assertThat(folder.resolve("TEMP/" + below)).isDirectory();
    assertThat(folder.resolve("OUT/" + below + "/SOURCE_URL.json"))
        .hasContent("{\"source_url\": \"http://x\"}");
    assertThat(folder.resolve("OUT/" + below)).isDirectoryNotContaining("glob:**/.SOURCE*");
  }

  @Test
  void a_source_that_lay_elsewhere_is_refused() {
    folders().of("ITM1", "http://a");
    assertThat(folders().of("ITM1", "http://a").values()).hasSize(2);

    assertThatThrownBy(() -> folders().of("ITM1", "http://b"))
        .isInstanceOf(JobRefused.class)
        .hasMessage("Source url verification mismatch: http://a != http://b");
  }

  @Test
  void of_two_first_jobs_that_disagree_one_is_refused() throws Exception {
    for (int round = 0; round < 100; round++) {
      String id = "ROUND" + round;
      var both = new CyclicBarrier(2);
      try (var threads = Executors.newFixedThreadPool(2)) {
        List<Future<Optional<String>>> told =
            threads.invokeAll(
                List.of(() -> agreed(both, id, "http://a"), () -> agreed(both, id, "http://b")));
        List<String> agreed = new ArrayList<>();
        for (Future<Optional<String>> one : told) {
          one.get().ifPresent(agreed::add);
        }
        assertThat(agreed).as(id).hasSize(1);
        assertThat(folders().of(id, agreed.getFirst()).values()).hasSize(2);
      }
    }
  }

  /** The URL, unless it was refused. */
  private Optional<String> agreed(CyclicBarrier both, String id, String url) throws Exception {
    both.await();
    try {
      folders().of(id, url);
      return Optional.of(url);
    } catch (JobRefused _) {
      return Optional.empty();
    }
  }

  @Test
  void links_are_not_followed() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createDirectories(folder.resolve("OUT/IT"));
    Files.createSymbolicLink(folder.resolve("OUT/IT/M1"), elsewhere);

    assertThatThrownBy(() -> folders().of("ITM1", "u"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("cannot be made");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"junk", "[]", "{\"source_url\": 3}"})
  void a_file_that_names_no_source_is_told_to_the_operator(String content) throws Exception {
    Path out = Files.createDirectories(folder.resolve("OUT/IT/M1/ITM1"));
    Files.writeString(out.resolve("SOURCE_URL.json"), content);

    assertThatThrownBy(() -> folders().of("ITM1", "u")).isInstanceOf(Refusal.class);
  }

  @Test
  void roots_are_absolute() {
    assertThatThrownBy(() -> new JobFolders(Path.of("TEMP"), folder))
        .hasMessageContaining("dane.job.temp-folder");
    assertThatThrownBy(() -> new JobFolders(folder, Path.of("OUT")))
        .hasMessageContaining("dane.job.out-folder");
  }

  // Answers

  @Test
  void what_else_is_answered_is_kept_and_nothing_is_put_off() {
    var config = DaneConfig.standard();
    var protocol =
        new JobProtocol(
            config, new InMemoryStore().ports().documents().views(), new KeyEras(config));
    Decoded put =
        protocol.decode(
            "{\"state\": 412, \"message\": \"later\", \"n\": 1}".getBytes(StandardCharsets.UTF_8));

    assertThat(put.outcome()).isInstanceOf(Outcome.WorkRefused.class);
    assertThat(put.said())
        .isEqualTo(
            fields("{\"state\": 412, \"message\": \"later\", \"job-response\": {\"n\": 1}}"));
    assertThat(protocol.decode(new byte[] {'x'}).unreadable()).isPresent();
  }

  @Test
  void more_than_64_kib_besides_is_no_answer() {
    var config = DaneConfig.standard();
    var protocol =
        new JobProtocol(
            config, new InMemoryStore().ports().documents().views(), new KeyEras(config));
    String answer = "{\"state\": 200, \"message\": \"m\", \"n\": \"%s\"}";
    int room = JobProtocol.MOST_MORE - "{\"n\": \"\"}".length();

    byte[] most = answer.formatted("x".repeat(room)).getBytes(StandardCharsets.UTF_8);
    assertThat(protocol.decode(most).outcome()).isInstanceOf(Outcome.Completed.class);

    byte[] more = answer.formatted("x".repeat(room + 1)).getBytes(StandardCharsets.UTF_8);
    Decoded refused = protocol.decode(more);
    assertThat(refused.outcome()).isInstanceOf(Outcome.WorkRefused.class);
    assertThat(refused.unreadable()).isEmpty();
    assertThat(refused.said())
        .isEqualTo(
            fields(
                "{\"state\": 500, \"message\": \"The worker's answer says state 200 and has more"
                    + " than 65536 bytes besides, as JSON; large results go elsewhere\","
                    + " \"job-response\": {}}"));
  }

  @ParameterizedTest
  @CsvSource({"201, true", "205, false", "502, true", "503, true", "500, false"})
  void what_the_original_runs_again_by_itself_is_tried_again(int state, boolean again) {
    var config = DaneConfig.standard();
    var protocol =
        new JobProtocol(
            config, new InMemoryStore().ports().documents().views(), new KeyEras(config));
    String answer = "{\"state\": %d, \"message\": \"m\"}".formatted(state);
    Outcome outcome = protocol.decode(answer.getBytes(StandardCharsets.UTF_8)).outcome();
    assertThat(outcome instanceof Outcome.WorkFailed).isEqualTo(again);
  }

  @Test
  void an_id_is_a_decimal_number_with_or_without_an_attempt() {
    var config = DaneConfig.standard();
    var protocol =
        new JobProtocol(
            config, new InMemoryStore().ports().documents().views(), new KeyEras(config));
    assertThat(protocol.addressee("12.3").orElseThrow().attempt()).hasValue(3);
    assertThat(protocol.addressee("12").orElseThrow().task()).isEqualTo(JobNumbers.task(12));
    assertThat(protocol.addressee("0012").orElseThrow().task()).isEqualTo(JobNumbers.task(12));
    for (String foreign :
        List.of("", "a", "-1", "12.", "12.0", "12345678901", "1.2.3", "f".repeat(40))) {
      assertThat(protocol.addressee(foreign)).as(foreign).isEmpty();
    }
  }

  // Large jobs

  private static final int TASKS = 1_000;

  /** Pages of tasks that were read of the job. */
  private final AtomicInteger pages = new AtomicInteger();

  /** A job of a thousand tasks, each of which has answered this of its number. */
  private Message encoded(IntFunction<Value.Fields> answered) throws AttemptFailed {
    var config = DaneConfig.standard();
    var job =
        new Job(
            1,
            "u",
            "x",
            new JobTree.Leaf("A", 1),
            Value.NOTHING,
            new Value.Numeral("1"),
            new Value.Fields(Map.of()));
    Document document = job.document(Jobs.space(config), Instant.EPOCH);
    DocumentViewStore views =
        Intercepted.port(
            DocumentViewStore.class,
            new InMemoryStore().ports().documents().views(),
            call ->
                switch (call.method()) {
                  case "task" -> Optional.of(assigned(document, 1, answered));
                  case "document" -> Optional.of(document);
                  case "tasksOf" -> page(document, (Long) call.arguments().get(2), answered);
                  default -> throw new AssertionError("nothing else is read: " + call.method());
                });
    AssignedTask first = assigned(document, 1, answered);
    var order = new TestAttempt(new RuntimeName("dane"), first.entry().task(), first.spec(), 1);
    return new JobProtocol(config, views, new KeyEras(config))
        .encode(order, (WorkerWork) first.spec().work());
  }

  private List<AssignedTask> page(
      Document document, long after, IntFunction<Value.Fields> answered) {
    pages.incrementAndGet();
    return IntStream.rangeClosed((int) after + 1, (int) Math.min(TASKS, after + Pages.SIZE))
        .mapToObj(number -> assigned(document, number, answered))
        .toList();
  }

  private static AssignedTask assigned(
      Document document, int number, IntFunction<Value.Fields> answered) {
    var leaf = new JobTree.Leaf("A", number);
    var entry =
        new TaskEntry(
            EntryId.of(document.id(), JobTask.keyWithin(leaf)),
            document.space(),
            document.id(),
            JobTask.keyWithin(leaf),
            new TaskId("t" + number),
            JobStates.after(
                JobStates.CREATED,
                new FaceState(200, "Success", new Value.Fields(Map.of())),
                Optional.of(new Value.Fields(Map.of(JobStates.MORE, answered.apply(number))))),
            Instant.EPOCH,
            Instant.EPOCH);
    return new AssignedTask(
        number, entry, aSpec().withWork(JobTask.work(leaf, 1)), TaskState.COMPLETE, 1);
  }

  private static Value.Fields answer(String name) {
    return new Value.Fields(Map.of(name, new Value.Text("x".repeat(JobProtocol.MOST_MORE - 100))));
  }

  @Test
  void no_more_of_a_job_is_read_than_a_message_can_hold() {
    AttemptFailed refused =
        catchThrowableOfType(AttemptFailed.class, () -> encoded(number -> answer("n" + number)));

    assertThat(refused.outcome()).isEqualTo(WorkerProtocol.messageTooLarge().outcome());
    int most = WorkerBroker.LONGEST_MESSAGE + (1 << 20);
    assertThat(pages.get()).isBetween(1, most / (Pages.SIZE * (JobProtocol.MOST_MORE - 100)) + 1);
  }

  @Test
  void equal_answers_of_one_key_are_told_once_and_count_once() throws Exception {
    Message message = encoded(_ -> answer("n"));

    assertThat(message.body())
        .hasSizeBetween(JobProtocol.MOST_MORE - 100, JobProtocol.MOST_MORE * 2);
    assertThat(pages.get()).isGreaterThanOrEqualTo(TASKS / Pages.SIZE);
  }

  @Test
  void a_few_messages_of_jobs_are_made_at_once_and_any_number_of_documents() {
    var config = DaneConfig.standard();
    DocumentViewStore views = new InMemoryStore().ports().documents().views();

    assertThat(new JobProtocol(config, views, new KeyEras(config)).madeAtOnce()).isEqualTo(4);
    assertThat(new DaneProtocol(config, views, new KeyEras(config)).madeAtOnce())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void a_key_of_both_eras_on_one_exchange_is_flagged_once() {
    var eras = new KeyEras(DaneConfig.standard());
    assertThat(eras.usedByJobs("CV")).isFalse();
    assertThat(eras.usedByDocuments("ASR")).isFalse();
    assertThat(eras.usedByDocuments("CV")).isTrue();
    assertThat(eras.usedByJobs("CV")).isFalse();
    assertThat(eras.usedByJobs("ASR")).isTrue();
  }
}
