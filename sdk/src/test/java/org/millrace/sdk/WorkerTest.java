package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker does without a broker: how it is made, and how it decides (3.5, 4.6). */
class WorkerTest {
  private static final Generator US = new Generator("x", AgentType.SOFTWARE, "us", "h");
  private static final Document DOCUMENT =
      Document.of(Target.of("T1T", "u", TargetType.TEXT), Creator.of("C", AgentType.HUMAN));

  private final InMemoryHandler handler = new InMemoryHandler();

  private static Worker.Builder worker(Callback callback) {
    return Worker.named("queue").bindingKey("#.WRK").generator(US).callback(callback);
  }

  private static @Nullable Answer answer(Worker.Builder builder, Document document) {
    return builder.build().answerTo(Task.of("WRK"), document);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Movie.WRK", "WRK", "video.WRK", ""})
  void a_binding_key_that_no_document_matches_is_refused(String key) {
    assertThatThrownBy(() -> Worker.named("queue").bindingKey(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Dataset, Image, Video, Sound, Text, * and #");
  }

  @Test
  void what_a_worker_lacks_is_told() {
    Worker.Builder builder = Worker.named("queue").generator(US).noApi();
    assertThatThrownBy(builder::build).hasMessageContaining("callback");
    builder.callback((_, _, _) -> Answer.success());
    assertThatThrownBy(builder::build).hasMessageContaining("binding key");
    assertThatThrownBy(() -> worker((_, _, _) -> null).noApi().handler(handler).build())
        .hasMessageContaining("noApi");
    assertThatThrownBy(() ->
            Worker.named("")
                .bindingKey("#")
                .generator(US)
                .noApi()
                .callback((_, _, _) -> null)
                .build())
        .hasMessageContaining("name of a queue");
    assertThatThrownBy(() -> worker((_, _, _) -> null).noApi().build().handler())
        .isInstanceOf(DaneException.MissingEndpoint.class);
    assertThatThrownBy(() ->
            worker((_, _, _) -> null)
                .config(
                    Config.defaults()
                        .with("ELASTICSEARCH.HOST", List.of("127.0.0.1"))
                        .with("ELASTICSEARCH.PORT", 1))
                .build())
        .isInstanceOf(ResourceUnreachable.class)
        .hasMessageContaining("ES Connection Failed");
  }

  @Test
  void dependencies_are_asked_for_and_only_what_is_missing_is_named() throws Exception {
    Worker.Builder builder =
        worker((_, _, _) -> Answer.success())
            .handler(handler)
            .dependsOn("one") // keys are upper case, whatever is written
            .dependsOn(Task.of("two").with("quality", 5));
    Document document = handler.registerDocument(DOCUMENT);
    assertThat(answer(builder, document))
        .isEqualTo(
            Answer.of(412, "Unfinished dependencies")
                .with(
                    "dependencies",
                    List.of(
                        "ONE", Map.of("key", "TWO", "priority", 1, "args", Map.of("quality", 5)))));
    Task one = handler.assignTask(Task.of("ONE"), document.registeredId());
    handler.updateTaskState(String.valueOf(one.id()), State.ERROR, "failed");
    handler.assignTask(Task.of("TWO"), document.registeredId());
    assertThat(answer(builder, document))
        .isEqualTo(Answer.of(412, "Unfinished dependencies").with("dependencies", List.of()));
    handler.updateTaskState(String.valueOf(one.id()), State.SUCCESS, "done");
    assertThat(answer(builder, document)).isEqualTo(Answer.success());
  }

  @Test
  void dependencies_need_a_handler_and_a_registered_document() {
    assertThat(answer(worker((_, _, _) -> Answer.success()).noApi().dependsOn("A"), DOCUMENT))
        .isEqualTo(
            Answer.error("Unhandled error: No handler available to check worker dependencies"));
    assertThat(answer(worker((_, _, _) -> Answer.success()).noApi(), DOCUMENT))
        .isEqualTo(Answer.success());
    assertThat(
            answer(worker((_, _, _) -> Answer.success()).handler(handler).dependsOn("A"), DOCUMENT))
        .isEqualTo(Answer.error("Unhandled error: Document needs to be registered"));
  }

  @Test
  void an_index_that_refuses_is_not_waited_for() {
    try (RecordedServer index = new RecordedServer()) {
      index.then(200, "{\"version\":{\"number\":\"7.17.9\"}}").then(200, null).then(200, null);
      Config config =
          Config.defaults()
              .with("ELASTICSEARCH.HOST", List.of("127.0.0.1"))
              .with("ELASTICSEARCH.PORT", index.port());
      Worker worker =
          worker((_, _, _) -> Answer.success()).config(config).dependsOn("BEFORE").build();
      index.then(403, "no rights");
      assertThat(worker.answerTo(Task.of("WRK"), DOCUMENT.registered("d", "now")))
          .isNotNull()
          .extracting(Answer::message)
          .asString()
          .startsWith("Unhandled error: ")
          .contains("403 no rights");
    }
  }

  @Test
  void an_answer_that_no_server_takes_is_answered_as_500_that_says_so() {
    String fits = "x".repeat(Outcome.LARGEST - "{\"state\":200,\"message\":\"\"}".length());
    assertThat(answer(worker((_, _, _) -> Answer.of(200, fits)).noApi(), DOCUMENT))
        .isEqualTo(Answer.of(200, fits));
    assertThat(answer(worker((_, _, _) -> Answer.of(200, fits + "x")).noApi(), DOCUMENT))
        .isEqualTo(
            Answer.error(
                "Unhandled worker error: the answer has 4194305 bytes, and may have 4194304: save"
                    + " results instead of answering them"));
    String twoBytesEach = "\u00e9".repeat(Outcome.LARGEST / 2);
    assertThat(answer(worker((_, _, _) -> Answer.of(200, twoBytesEach)).noApi(), DOCUMENT))
        .isNotNull()
        .extracting(Answer::state)
        .isEqualTo(State.ERROR);
    assertThat(
            answer(
                worker(
                        (_, _, _) -> {
                          throw new IOException(twoBytesEach);
                        })
                    .noApi(),
                DOCUMENT))
        .isNotNull()
        .extracting(Answer::message)
        .asString()
        .hasSizeLessThan(200);
  }

  @Test
  void whatever_a_callback_throws_is_answered() {
    assertThat(
            answer(
                worker(
                        (_, _, _) -> {
                          throw new StackOverflowError();
                        })
                    .noApi(),
                DOCUMENT))
        .isEqualTo(Answer.error("Unhandled worker error: StackOverflowError"));
    assertThat(
            answer(
                worker(
                        (_, _, _) -> {
                          throw new IOException("disk");
                        })
                    .noApi(),
                DOCUMENT))
        .isEqualTo(Answer.error("Unhandled worker error: disk"));
    assertThat(
            answer(
                worker(
                        (_, _, _) -> {
                          throw new InterruptedException();
                        })
                    .noApi(),
                DOCUMENT))
        .isEqualTo(Answer.error("Unhandled worker error: interrupted"));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(
            answer(
                worker(
                        (_, _, _) -> {
                          throw new RefuseTask("no");
                        })
                    .noApi(),
                DOCUMENT))
        .isNull();
  }

  /** A program that can be named. */
  public static final class Program implements WorkerProgram {
    private final Config config;

    public Program(Config config) {
      this.config = config;
    }

    @Override
    public String queue() {
      return "program";
    }

    @Override
    public List<String> bindingKeys() {
      return List.of("Video.WRK", "Text.WRK");
    }

    @Override
    public Answer work(Task task, Document document, Worker worker) {
      return Answer.of(200, config.text("PATHS.OUT_FOLDER"));
    }
  }

  /** One that needs nothing. */
  public static final class Plain implements WorkerProgram {
    @Override
    public String queue() {
      return "plain";
    }

    @Override
    public List<String> bindingKeys() {
      return List.of("#.PLAIN");
    }

    @Override
    public List<String> dependsOn() {
      return List.of("BEFORE");
    }

    @Override
    public Answer work(Task task, Document document, Worker worker) {
      return Answer.success();
    }
  }

  /** One that cannot be made. */
  public static final class Broken implements WorkerProgram {
    public Broken() {
      throw new IllegalStateException("no licence");
    }

    @Override
    public String queue() {
      return "broken";
    }

    @Override
    public List<String> bindingKeys() {
      return List.of();
    }

    @Override
    public Answer work(Task task, Document document, Worker worker) {
      return Answer.success();
    }
  }

  @Test
  void a_program_is_made_by_the_name_of_its_class() {
    Worker worker = program(Program.class.getName()).noApi().generator(US).build();
    assertThat(worker.answerTo(Task.of("WRK"), DOCUMENT)).isEqualTo(Answer.of(200, "./OUT"));
    assertThat(worker.takes("Text.WRK")).isTrue();
    assertThat(worker.takes("Sound.WRK")).isFalse();
    assertThat(
            program(Plain.class.getName())
                .noApi()
                .generator(US)
                .build()
                .answerTo(Task.of("PLAIN"), DOCUMENT))
        .isEqualTo(
            Answer.error("Unhandled error: No handler available to check worker dependencies"));
    assertThatThrownBy(() -> program("no.such.Class")).hasMessageContaining("no.such.Class");
    assertThatThrownBy(() -> program("java.lang.String")).hasMessageContaining("WorkerProgram");
    assertThatThrownBy(() -> program(Broken.class.getName())).hasMessageContaining("no licence");
    assertThatThrownBy(() -> program(WorkerProgram.class.getName()))
        .hasMessageContaining("constructor");
  }

  private static Worker.Builder program(String name) {
    return Worker.program(name, WorkerTest.class.getClassLoader(), Config.defaults());
  }

  @Test
  void folders_of_a_document_are_those_of_every_worker(@TempDir Path temp) throws IOException {
    Config config =
        Config.defaults()
            .with("PATHS.TEMP_FOLDER", temp.resolve("TEMP").toString())
            .with("PATHS.OUT_FOLDER", temp.resolve("deep/OUT").toString());
    Worker worker = worker((_, _, _) -> null).config(config).handler(handler).build();
    Document document = handler.registerDocument(DOCUMENT);
    String id = document.registeredId();
    Directories named = worker.directories(document, true, false);
    assertThat(named.temp())
        .isEqualTo(
            temp.resolve(
                "TEMP/%s/%s/%s/%s"
                    .formatted(id.substring(0, 2), id.substring(2, 4), id.substring(4, 6), id)))
        .isDirectory();
    assertThat(named.out()).doesNotExist();
    assertThatThrownBy(() -> worker.directories(document)) // its base is made one level deep only
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("deep");
    Files.createDirectory(temp.resolve("deep"));
    assertThat(worker.directories(document).out()).isDirectory();
    assertThat(worker.directories(document)).isEqualTo(named);
    assertThatThrownBy(() -> worker.directories(DOCUMENT))
        .isInstanceOf(DaneException.Unregistered.class);
    assertThat(worker.config()).isSameAs(config);
    assertThat(worker.generator()).contains(US);
  }

  @Test
  void folders_have_the_first_six_characters_in_twos() {
    Path base = Path.of("TEMP");
    assertThat(Directories.below(base, "ITM1")).isEqualTo(Path.of("TEMP/IT/M1/ITM1"));
    assertThat(Directories.below(base, "123")).isEqualTo(Path.of("TEMP/12/3/123"));
    for (String hostile : List.of("", "../x", "a/b", "..", "a\\b")) {
      assertThatThrownBy(() -> Directories.below(base, hostile))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_file_in_the_place_of_a_folder_is_told(@TempDir Path temp) throws IOException {
    Path base = Files.writeString(temp.resolve("base"), "");
    assertThatThrownBy(() -> Directories.make(base, base.resolve("x")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no folder");
  }

  @Test
  void workers_that_start_at_once_share_a_base_that_was_not_there(@TempDir Path temp)
      throws Exception {
    int workers = 8;
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      for (int round = 0; round < 100; round++) {
        Path base = temp.resolve("base" + round);
        CyclicBarrier start = new CyclicBarrier(workers);
        List<Future<?>> made = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
          Path folder = base.resolve("of" + i);
          made.add(
              threads.submit(() -> {
                start.await();
                Directories.make(base, folder);
                return folder;
              }));
        }
        for (Future<?> one : made) {
          assertThat((Path) one.get()).isDirectory();
        }
      }
    }
  }

  @Test
  void what_is_missing_above_a_relative_folder_is_named_whole() {
    Path base = Path.of("no-such-folder/OUT");
    assertThatThrownBy(() -> Directories.make(base, base.resolve("x")))
        .hasMessageEndingWith("make " + Path.of("no-such-folder").toAbsolutePath() + " first");
    Path tooLong = Path.of("x".repeat(300));
    assertThatThrownBy(() -> Directories.make(tooLong, tooLong.resolve("x")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageNotContaining("make ")
        .hasMessageContaining("cannot be made: java.nio.file.");
  }

  @Test
  @Timeout(60) // instead of for ever
  void a_git_that_does_not_end_is_given_up() {
    assertThat(
            GitRevision.output(
                List.of("sh", "-c", "echo said; exec sleep 600"), Duration.ofMillis(200)))
        .isEmpty();
    assertThat(GitRevision.output(List.of("echo", "said"), Duration.ofMinutes(1))).contains("said");
    assertThat(GitRevision.output(List.of("false"), Duration.ofMinutes(1))).isEmpty();
    assertThat(GitRevision.output(List.of("no-such-program"), Duration.ofMinutes(1))).isEmpty();
  }

  @Test
  void git_says_what_the_generator_is(@TempDir Path temp) throws Exception {
    assertThat(GitRevision.generator(temp, "asr")).isNull();
    git(temp, "init", "-q");
    assertThatThrownBy(() -> GitRevision.generator(temp, "asr"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no remote");
    git(temp, "remote", "add", "upstream", "https://user:secret@example.org/up.git");
    assertThat(GitRevision.generator(temp, "asr"))
        .isEqualTo(
            new Generator("NO-REV", AgentType.SOFTWARE, "ASR", "https://example.org/up.git"));
    git(temp, "remote", "add", "origin", "git@example.org:asr.git");
    git(
        temp,
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "x");
    assertThat(GitRevision.generator(temp, "asr"))
        .satisfies(generator -> {
          assertThat(generator).isNotNull();
          assertThat(generator.id()).matches("[0-9a-f]{7,}");
          assertThat(generator.homepage()).isEqualTo("git@example.org:asr.git");
        });
  }

  private static void git(Path folder, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }
}
