package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.millrace.sdk.Answer;
import org.millrace.sdk.Document;
import org.millrace.sdk.Task;
import org.millrace.sdk.Worker;
import org.millrace.sdk.WorkerProgram;
import picocli.CommandLine;

/** What {@code millrace worker} and {@code worker try} refuse before they reach for a broker. */
@ResourceLock(Resources.SYSTEM_ERR)
final class WorkerCommandTest {
  private static final int USAGE = 64;
  private static final int BAD_CONFIGURATION = 78;
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> mistakes = new ArrayList<>();
  @TempDir private Path folder;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setErr(before);
    Logs.quiet();
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("worker"));
    all.addAll(List.of(arguments));
    CommandLine line = Main.commandLine(all.toArray(String[]::new));
    line.setParameterExceptionHandler((mistake, _) -> {
      mistakes.add(String.valueOf(mistake.getMessage()));
      return USAGE;
    });
    return line.execute(all.toArray(String[]::new));
  }

  private void refused(String words, String... arguments) {
    mistakes.clear();
    assertThat(run(arguments)).isEqualTo(USAGE);
    assertThat(mistakes).singleElement().asString().contains(words).doesNotContain("\n");
  }

  @Test
  void a_command_needs_a_queue_and_keys() {
    refused("give a COMMAND", "--queue", "q", "--key", "A");
    refused("--queue is missing", "--key", "A", "--", "true");
    refused("--key is missing", "--queue", "q", "--", "true");
    refused("Vidoe.ASR", "--queue", "q", "--key", "Vidoe.ASR", "--", "true");
    refused(
        "--depends-on", "--queue", "q", "--key", "A", "--depends-on", "B", "--no-api", "--", "x");
    refused("--classpath", "--queue", "q", "--key", "A", "--classpath", "x", "--", "true");
    refused("a time like", "--queue", "q", "--key", "A", "--time-limit", "0s", "--", "true");
    refused("a time like", "--queue", "q", "--key", "A", "--time-limit", "9999d", "--", "true");
  }

  @Test
  void what_belongs_to_the_command_is_left_to_it() {
    refused("--queue is missing", "--", "curl", "@file", "-d", "--queue", "q", "try", "--help");
  }

  @Test
  void a_class_is_found_and_is_a_worker() throws IOException {
    String tests = classPath();
    refused("two workers", "--class", "x.Y", "--classpath", tests, "--", "true");
    refused("the class says its own", "--class", "x.Y", "--classpath", tests, "--queue", "q");
    refused("--time-limit", "--class", "x.Y", "--classpath", tests, "--time-limit", "1s");
    refused("--classpath is missing", "--class", "x.Y");
    refused("there is no /no/such.jar", "--class", "x.Y", "--classpath", "/no/such.jar");
    refused("/no/such/*", "--class", "x.Y", "--classpath", "/no/such/*");
    refused("no usable class x.Y", "--class", "x.Y", "--classpath", tests + ":" + folder + "/*");
    refused(
        "is no org.millrace.sdk.WorkerProgram",
        "--class",
        "java.lang.String",
        "--classpath",
        tests);
    refused("needs a public constructor", "--class", Hidden.class.getName(), "--classpath", tests);
    refused("broken by design", "--class", Broken.class.getName(), "--classpath", tests);
  }

  private static String classPath() {
    return Path.of("target/test-classes").toAbsolutePath().toString();
  }

  @Test
  void each_problem_of_the_configuration_is_a_line() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("config.yml"), "RABBITMQ: {PORT: many, VHOST: x}\nPATHS: [1]\n");
    String[] arguments = {
      "--queue",
      "q",
      "--key",
      "A",
      "--config",
      file.toString(),
      "--broker",
      "a b:c:d",
      "--broker-password-file",
      folder.resolve("none").toString(),
      "--",
      "true"
    };

    assertThat(run(arguments)).isEqualTo(BAD_CONFIGURATION);

    assertThat(said().lines())
        .hasSize(5)
        .allMatch(line -> line.startsWith("millrace: configuration: "))
        .anyMatch(line -> line.contains("--broker must be like"))
        .anyMatch(line -> line.contains("--broker-password-file"))
        .anyMatch(line -> line.contains("RABBITMQ.PORT"))
        .anyMatch(line -> line.contains("RABBITMQ.VHOST"))
        .anyMatch(line -> line.contains("PATHS"));
  }

  @Test
  void a_port_that_there_is_not_is_told_when_the_worker_is_made() throws IOException {
    Path file = Files.writeString(folder.resolve("config.yml"), "");
    Path secret = Files.writeString(folder.resolve("secret"), "a password\nand more");

    int code =
        run(
            "--queue",
            "q",
            "--key",
            "A",
            "--config",
            file.toString(),
            "--broker",
            "[::1]:70000",
            "--broker-user",
            "ada",
            "--broker-password-file",
            secret.toString(),
            "--",
            "true");

    assertThat(code).isEqualTo(BAD_CONFIGURATION);
    assertThat(said()).contains("configuration: RABBITMQ.PORT must be 1 to 65535, not 70000");
    assertThat(said()).doesNotContain("a password");
  }

  @Test
  void a_try_needs_a_document_and_arguments_that_are_some() throws IOException {
    Path document = folder.resolve("document.json");
    refused("--document", "try", "A");
    refused("there is no such file", "try", "A", "--document", document.toString());
    refused("cannot be read", "try", "A", "--document", folder.toString());
    Files.writeString(document, "[]");
    refused("must be a JSON object", "try", "A", "--document", document.toString());
    Files.writeString(document, "{\"target\": 1");
    refused("is no JSON", "try", "A", "--document", document.toString());
    Files.writeString(document, "{\"creator\": {\"id\": \"C\", \"type\": \"Human\"}}");
    refused("target", "try", "A", "--document", document.toString());
    Files.writeString(
        document,
        "{\"target\": {\"id\": \"T\", \"url\": \"u\"}, \"creator\": {\"id\": \"C\", \"type\":"
            + " \"Human\"}}");
    refused("type", "try", "A", "--document", document.toString());
    refused(
        "--args", "try", "A", "--document", document.toString(), "--type", "text", "--args", "[1]");
    refused("key", "try", "", "--document", document.toString(), "--type", "text");
    refused("--wait", "try", "A", "--document", document.toString(), "--wait", "soon");
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Nobody may make one. */
  public static final class Hidden implements WorkerProgram {
    private Hidden() {}

    @Override
    public String queue() {
      return "q";
    }

    @Override
    public List<String> bindingKeys() {
      return List.of("#");
    }

    @Override
    public Answer work(Task task, Document document, Worker worker) {
      return Answer.success();
    }
  }

  /** Nobody can make one. */
  public static final class Broken implements WorkerProgram {
    public Broken() {
      throw new IllegalStateException("broken by design");
    }

    @Override
    public String queue() {
      return "q";
    }

    @Override
    public List<String> bindingKeys() {
      return List.of("#");
    }

    @Override
    public Answer work(Task task, Document document, Worker worker) {
      return Answer.success();
    }
  }
}
