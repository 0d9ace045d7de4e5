package org.millrace.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.millrace.sdk.Answer;
import org.millrace.sdk.Config;
import org.millrace.sdk.DaneException;
import org.millrace.sdk.Document;
import org.millrace.sdk.RequestGenerator;
import org.millrace.sdk.ResourceUnreachable;
import org.millrace.sdk.State;
import org.millrace.sdk.TargetType;
import org.millrace.sdk.Task;
import org.millrace.server.config.BadConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plays the server for one task: DANE's request generator (contracts/dane.md 6.9). */
@Command(
    name = "try",
    header = "Sends one task straight to a worker, without a server, and prints its answer.",
    description = {
      "Nothing is stored anywhere. The answer is a line of JSON; exit codes: 0 if its state is 200,"
          + " 1 for any other, 64 wrong usage, 69 if there was no answer: no broker, no worker, or"
          + " not in time, 78 wrong configuration."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TryCommand implements Callable<Integer> {
  private static final int NOT_DONE = 1;
  private static final int LARGEST = 16 << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "KEY", description = "The key of the task, like FILESIZE.")
  private String key = "";

  @Option(
      names = "--document",
      paramLabel = "FILE",
      required = true,
      description =
          "A document as JSON, {\"target\": {\"id\", \"url\", \"type\"}, \"creator\": {\"id\","
              + " \"type\"}}; '-' reads standard input.")
  private String file = "";

  @Option(
      names = "--args",
      paramLabel = "JSON",
      description = "The arguments of the task, a JSON object.")
  private String args = "{}";

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "As if the document's target were of this type: ${COMPLETION-CANDIDATES}.")
  private @Nullable TargetType type;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = TimeOption.class,
      description = "How long the answer may take, like 90s or 2h; a minute unless given.")
  private Duration patience = Duration.ofMinutes(1);

  @Mixin private final BrokerOptions broker = new BrokerOptions();

  @Override
  public Integer call() throws InterruptedException {
    Task task = task();
    Document document = document();
    Config config = WorkerConfig.read(broker, Optional.empty());
    try (RequestGenerator generator = connected(config)) {
      return ask(generator, task, document);
    } catch (DaneException.Unroutable | ResourceUnreachable nobody) {
      return noAnswer(String.valueOf(nobody.getMessage()));
    } catch (TimeoutException _) {
      return noAnswer(
          "no answer within "
              + patience.toMillis() / 1000.0
              + " s: there is a queue for "
              + task.key()
              + ", but no worker has taken the task, or it takes longer; start one (the task stays"
              + " in its queue), or give it more time with --wait");
    }
  }

  private int ask(RequestGenerator generator, Task task, Document document)
      throws TimeoutException, InterruptedException {
    try {
      Answer answer = generator.ask(task, document, patience);
      System.out.println(answer.toJson());
      whatATryLacks(answer.state()).ifPresent(Main::say);
      return answer.state() == State.SUCCESS ? 0 : NOT_DONE;
    } catch (IllegalArgumentException none) {
      Main.say("what the worker answered is no answer: " + none.getMessage());
      return NOT_DONE;
    }
  }

  /** Why a worker may have failed that does not when the server asks it. */
  private static Optional<String> whatATryLacks(int state) {
    return switch (state) {
      case State.ERROR ->
          Optional.of(
              "if it failed as it saved a result: a task that is tried is stored nowhere and has"
                  + " no id to save one under; assign it through the server");
      case State.UNFINISHED_DEPENDENCY ->
          Optional.of(
              "a worker that depends on other tasks can be tried once the document is registered"
                  + " and they are done; or assign its task through the server, which does them"
                  + " first");
      default -> Optional.empty();
    };
  }

  private static RequestGenerator connected(Config config) {
    try {
      return RequestGenerator.connect(config);
    } catch (IllegalArgumentException wrong) {
      throw new BadConfiguration(WorkerConfig.lines(wrong));
    }
  }

  private static int noAnswer(String why) {
    Main.say(why);
    return Main.CANNOT_START;
  }

  private Task task() {
    ObjectNode task = JSON.createObjectNode().put("key", key);
    task.set("args", object(args, "--args"));
    try {
      return Task.fromJson(task);
    } catch (IllegalArgumentException wrong) {
      throw usage(String.valueOf(wrong.getMessage()));
    }
  }

  /** With the id that registering would give, since workers name their folders by it. */
  private Document document() {
    ObjectNode json = object(text(), "--document " + file);
    if (type != null && json.get("target") instanceof ObjectNode target) {
      target.put("type", type.word());
    }
    try {
      Document document = Document.fromJson(json);
      return document.id() != null
          ? document
          : new Document(
              document.target(),
              document.creator(),
              document.computedId(),
              document.createdAt(),
              document.updatedAt());
    } catch (DaneException.Malformed | IllegalArgumentException wrong) {
      throw usage("--document " + file + ": " + wrong.getMessage());
    }
  }

  private String text() {
    try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw usage("--document " + file + ": longer than " + LARGEST + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      String why =
          unreadable instanceof NoSuchFileException
              ? "there is no such file"
              : "it cannot be read: " + unreadable;
      throw usage("--document " + file + ": " + why);
    }
  }

  private ObjectNode object(String text, String what) {
    try {
      JsonNode read = JSON.readTree(text);
      if (read instanceof ObjectNode object) {
        return object;
      }
      throw usage(
          what
              + " must be a JSON object, not "
              + (read.isMissingNode() ? "nothing" : read.getNodeType()));
    } catch (JsonProcessingException none) {
      throw usage(what + " is no JSON: " + none.getOriginalMessage());
    }
  }

  private ParameterException usage(String mistake) {
    return new ParameterException(spec.commandLine(), mistake);
  }
}
