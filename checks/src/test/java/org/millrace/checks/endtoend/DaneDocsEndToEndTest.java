package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.testkit.broker.RabbitNode;

/**
 * The commands of {@code docs/dane.md}, run as they stand there, in a folder with a {@code
 * millrace} of its own; only the ports are others. A block without a language is commands, and a
 * block of text after it what they print.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DaneDocsEndToEndTest {
  private static final Path PAGE = Path.of(System.getProperty("millrace.root"), "docs/dane.md");
  private static final String ALONE = "In a minute, on one machine";
  private static final String WORKERS = "Any program can be a worker";
  private static final String RABBITMQ = "A site that has RabbitMQ";
  private static final Pattern BLOCK =
      Pattern.compile("^ *```(\\w*)\\n(.*?)^ *```$", Pattern.DOTALL | Pattern.MULTILINE);

  private final int http = RabbitNode.freePort();
  private final int search = RabbitNode.freePort();
  private final List<Process> started = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private DataFolder data;
  private Path folder;

  /**
   * A part of the page.
   *
   * @param language commands have none
   */
  private record Block(String language, String text) {
    boolean isCommands() {
      return language.isEmpty();
    }

    boolean isOutput() {
      return language.equals("text");
    }

    /** A server, and a worker, go on until they are told to end. */
    boolean goesOn() {
      String command = text.stripLeading(); // it may stand in a list
      return command.startsWith("./millrace serve") || command.startsWith("./millrace worker --");
    }
  }

  private static Map<String, List<Block>> sections() throws IOException {
    Map<String, List<Block>> sections = new LinkedHashMap<>();
    for (String section : Files.readString(PAGE).split("\\n## ", -1)) {
      List<Block> blocks =
          BLOCK
              .matcher(section)
              .results()
              .map(found -> new Block(found.group(1), found.group(2)))
              .toList();
      sections.put(section.lines().findFirst().orElse(""), blocks);
    }
    return sections;
  }

  @BeforeEach
  void makes_a_folder() throws IOException {
    data = DataFolder.create();
    folder = data.path();
    Path launcher = folder.resolve("millrace");
    String start =
        String.join(" ", PackagedServer.command().stream().map(word -> "'" + word + "'").toList());
    Files.writeString(launcher, "#!/bin/sh\nexec " + start + " \"$@\"\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    environment.put("HOME", folder.toString());
    environment.put("MILLRACE_HOME", folder.resolve("state").toString());
    environment.put("MILLRACE_HTTP__PORT", "0");
  }

  @AfterEach
  void ends_what_it_started() throws IOException {
    for (Process process : started.reversed()) {
      process.destroy();
      process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join();
      process.destroyForcibly().onExit().join();
    }
    data.close();
  }

  @Test
  void no_commands_stand_where_they_are_not_tried() throws Exception {
    assertThat(sections())
        .allSatisfy((section, blocks) -> {
          if (blocks.stream().anyMatch(Block::isCommands)) {
            assertThat(section).isIn(ALONE, WORKERS, RABBITMQ);
          }
        });
    assertThat(sections().get(WORKERS)).filteredOn(Block::isOutput).isNotEmpty();
  }

  @Test
  void what_stands_on_one_machine() throws Exception {
    int broker = RabbitNode.freePort();
    environment.put("MILLRACE_FACES__DANE__LISTEN", "127.0.0.1:" + http);
    environment.put("MILLRACE_FACES__ELASTICSEARCH__LISTEN", "127.0.0.1:" + search);
    environment.put("MILLRACE_BROKER__PORT", "" + broker);
    Files.createDirectory(folder.resolve(".DANE"));
    Files.writeString(folder.resolve(".DANE/config.yml"), workersConfiguration(broker));
    UsersWorker.jar(folder.resolve("length.jar"));

    follow(ALONE);
    follow(WORKERS);

    assertThat(done("./millrace worker try LENGTH --document document.json --args '{\"n\": 5}'"))
        .isEqualTo("{\"state\":200,\"message\":\"5 characters and 5\"}\n");
  }

  @Test
  void a_site_that_has_rabbitmq() throws Exception {
    try (var rabbit = RabbitNode.start(folder.resolve("rabbit"), true)) {
      Files.writeString(
          folder.resolve("config.yml"),
          workersConfiguration(rabbit.port())
              + "DANE: {HOST: 127.0.0.1, PORT: %d}\n".formatted(http));
      environment.put("MILLRACE_BROKER__MANAGEMENT", "http://127.0.0.1:" + rabbit.managementPort());

      follow(RABBITMQ);

      assertThat(Files.readString(folder.resolve("config.yaml")))
          .contains("broker.kind: 'rabbitmq'", "has no meaning here");
      PackagedServer.await(
          Duration.ofMinutes(1), () -> ready().contains("\"messagequeue\": \"200 OK\""));
    }
  }

  /** The broker is connected to beside everything else. */
  private String ready() {
    try {
      return get("/ready");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String workersConfiguration(int broker) {
    return """
    RABBITMQ: {HOST: 127.0.0.1, PORT: %d}
    ELASTICSEARCH: {HOST: ["127.0.0.1"], PORT: %d}
    """
        .formatted(broker, search);
  }

  /** Runs the commands of a section, one after the other, and looks at what they print. */
  private void follow(String section) throws Exception {
    List<Block> blocks = sections().get(section);
    assertThat(blocks).as(section).isNotEmpty();
    String printed = "";
    for (Block block : blocks) {
      if (block.isOutput()) {
        assertThat(printed).isEqualTo(block.text());
      } else if (block.goesOn()) {
        start(block.text());
      } else if (block.isCommands()) {
        printed = done(block.text());
      }
    }
  }

  /** Returns when it says that it is ready. */
  private void start(String command) throws Exception {
    Path log = folder.resolve("log-" + started.size());
    started.add(
        shell("exec " + command.strip())
            .redirectOutput(folder.resolve("out-" + started.size()).toFile())
            .redirectError(log.toFile())
            .start());
    Process process = started.getLast();
    PackagedServer.await(
        Duration.ofMinutes(3),
        () -> {
          String said = read(log);
          assertThat(process.isAlive()).as(command + said).isTrue();
          return said.contains("- ready: ") || said.contains(" waits for tasks ");
        });
  }

  private String done(String commands) throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process shell =
        shell("set -e\n" + commands.replace("127.0.0.1:5500", "127.0.0.1:" + http))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    started.add(shell);
    assertThat(shell.waitFor(5, TimeUnit.MINUTES)).as(commands).isTrue();
    assertThat(shell.exitValue()).as(commands + read(out) + read(err)).isZero();
    return read(out);
  }

  private ProcessBuilder shell(String commands) {
    var builder = new ProcessBuilder("sh", "-c", commands).directory(folder.toFile());
    builder.environment().remove("DANE_HOME");
    builder.environment().putAll(environment);
    return builder;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + path)).build(),
              BodyHandlers.ofString())
          .body();
    }
  }
}
