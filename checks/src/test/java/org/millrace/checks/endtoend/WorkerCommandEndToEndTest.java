package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.EmbeddedBroker;
import org.millrace.broker.EmbeddedConfig;
import org.millrace.broker.RabbitConfig.Account;
import org.millrace.engine.threads.VirtualThreads;
import org.millrace.testkit.broker.RabbitNode;

/** {@code millrace worker} and {@code worker try}, as processes, at the embedded broker. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class WorkerCommandEndToEndTest {
  private static final String PASSWORD = "the workers' own";
  private static final String DONE = "{\"state\":200,\"message\":\"Success\"}";
  private static final String WAITS = " waits for tasks ";

  @TempDir private Path folder;
  private final int port = RabbitNode.freePort();
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void ends_what_it_started() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
  }

  private EmbeddedBroker broker() throws InterruptedException {
    return EmbeddedBroker.open(
        EmbeddedConfig.of(
            port,
            new Account("dane", PASSWORD),
            List.of("DANE-exchange"),
            "DANE-response-queue",
            folder.resolve("broker")),
        new VirtualThreads(),
        InstantSource.system());
  }

  @Test
  void a_worker_waits_for_its_broker_and_does_what_is_asked_of_it() throws Exception {
    Process worker = worker("first", "sh", "-c", "cat >in; echo '" + DONE + "'");
    awaitSaid("first", "cannot be reached");
    try (EmbeddedBroker _ = broker()) {
      awaitSaid("first", WAITS);

      assertThat(tried("A", "--args", "{\"n\": 5}")).isZero();

      assertThat(folder.resolve("A.out")).hasContent(DONE);
      assertThat(folder.resolve("in"))
          .content()
          .contains("\"task\":{\"key\":\"WORK\"", "\"args\":{\"n\":5}", "\"id\":\"T1\"");
      end(worker);
      assertThat(folder.resolve("first.out")).isEmptyFile();
    }
  }

  @Test
  void a_signal_gives_the_task_back_and_leaves_nothing_of_it_running() throws Exception {
    try (EmbeddedBroker _ = broker()) {
      Path pid = folder.resolve("pid");
      Process first =
          worker("first", "sh", "-c", "echo $$ >pid.new; sleep 4321 & mv pid.new pid; wait");
      awaitSaid("first", WAITS);
      Process asked =
          start("asked", PackagedServer.command("worker", "try", "WORK", "--wait", "5m"));
      PackagedServer.await(Duration.ofMinutes(2), () -> Files.exists(pid));
      ProcessHandle program = ProcessHandle.of(Long.parseLong(read("pid").strip())).orElseThrow();
      // what made the file may not have ended yet
      PackagedServer.await(Duration.ofMinutes(2), () -> program.descendants().count() == 1);
      List<ProcessHandle> all = new ArrayList<>(program.descendants().toList());
      all.add(program);

      end(first);

      assertThat(first.exitValue()).isEqualTo(143);
      assertThat(all).hasSize(2);
      PackagedServer.await(
          Duration.ofMinutes(1), () -> all.stream().noneMatch(ProcessHandle::isAlive));
      worker("second", "echo", DONE);
      assertThat(asked.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(folder.resolve("asked.out")).hasContent(DONE);
      assertThat(asked.exitValue()).isZero();
    }
  }

  @Test
  void every_way_to_have_no_success_has_its_code_and_one_line() throws Exception {
    assertThat(tried("away")).isEqualTo(69);
    assertThat(line("away")).contains("127.0.0.1:" + port, "cannot be used");
    try (EmbeddedBroker _ = broker()) {
      assertThat(tried("nobody")).isEqualTo(69);
      assertThat(line("nobody")).contains("Text.WORK", "start the worker");

      Process worker = worker("worker", "echo", "{\"state\": 404, \"message\": \"none\"}");
      awaitSaid("worker", WAITS);
      assertThat(tried("other")).isEqualTo(1);
      assertThat(folder.resolve("other.out")).hasContent("{\"state\":404,\"message\":\"none\"}");
      end(worker);

      Process failing = worker("failing", "false");
      assertThat(tried("failed")).isEqualTo(1);
      assertThat(read("failed.out")).startsWith("{\"state\":500,");
      assertThat(line("failed"))
          .contains("if it failed as it saved a result", "through the server");
      end(failing);

      assertThat(tried("late", "--wait", "1ms")).isEqualTo(69);
      assertThat(line("late")).contains("no answer within", "WORK", "--wait");

      Process next = worker("next", "echo", DONE);
      assertThat(tried("soon")).as("what answers to nobody holds no worker").isZero();
      end(next);

      Process stranger =
          start(
              "stranger",
              PackagedServer.command(
                  "worker",
                  "--queue",
                  "q",
                  "--key",
                  "WORK",
                  "--config",
                  "config.yml",
                  "--broker-user",
                  "nobody",
                  "--",
                  "true"));
      assertThat(stranger.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(stranger.exitValue()).as(read("stranger.err")).isEqualTo(69);
      assertThat(line("stranger")).contains("refuses", "127.0.0.1:" + port);
    }
  }

  private Process worker(String name, String... program) throws IOException {
    List<String> command =
        PackagedServer.command("worker", "--queue", "work_queue", "--key", "WORK", "--");
    command.addAll(List.of(program));
    return start(name, command);
  }

  private int tried(String name, String... options) throws Exception {
    List<String> command = PackagedServer.command("worker", "try", "WORK");
    command.addAll(List.of(options));
    Process process = start(name, command);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  private Process start(String name, List<String> command) throws IOException {
    Files.writeString(
        folder.resolve("config.yml"),
        "RABBITMQ: {HOST: 127.0.0.1, PORT: %d, USER: dane}\n".formatted(port));
    if (command.contains("try")) {
      command.addAll(List.of("--document", "-"));
    }
    Path document =
        Files.writeString(
            folder.resolve("document.json"),
            """
            {"target": {"id": "T1", "url": "file:///dev/null", "type": "Text"},
             "creator": {"id": "ACME", "type": "Organization"}}
            """);
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(document.toFile())
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .redirectError(folder.resolve(name + ".err").toFile());
    builder.environment().put("DANE_HOME", folder.resolve("none").toString());
    builder.environment().put("MILLRACE_BROKER__PASSWORD", PASSWORD);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
  }

  private void awaitSaid(String name, String words) throws InterruptedException {
    PackagedServer.await(Duration.ofMinutes(2), () -> read(name + ".err").contains(words));
  }

  /** What it said, but for the log of a worker that had begun. */
  private String line(String name) {
    List<String> lines =
        read(name + ".err").lines().filter(line -> !line.matches("\\d{4}-.*")).toList();
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }

  private String read(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
