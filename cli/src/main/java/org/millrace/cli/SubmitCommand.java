package org.millrace.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "submit",
    header = "Submit tasks; print their ids.",
    description = {
      "Each FILE holds one task in the JSON of TES; '-' is standard input. All files are read"
          + " before the first is sent.",
      "With --wait, follow them to the end on standard error; the exit code is the outcome of the"
          + " first that did not end well: the code of the executor that failed, 125 for a system"
          + " error, 130 if it was cancelled."
    },
    sortOptions = false)
final class SubmitCommand extends ClientCommand {
  private static final String TASKS = "/ga4gh/tes/v1/tasks";
  private static final int LARGEST_TASK = 64 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "tasks")
  private List<String> files = List.of();

  @Option(names = "--wait", description = "wait for the end of all of them")
  private boolean wait;

  private final Result result;

  /** What goes to standard output. */
  enum Result {
    IDS,
    /** What executors wrote, once their task has ended; ids stand among the messages. */
    OUTPUT
  }

  SubmitCommand(Terminal terminal) {
    this(terminal, Result.IDS);
  }

  SubmitCommand(Terminal terminal, Result result) {
    super(terminal);
    this.result = result;
  }

  /** What is to be sent, and where it came from. */
  private static final class Draft {
    final String file;
    final byte[] task;

    Draft(String file, byte[] task) {
      this.file = file;
      this.task = task;
    }
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    List<Draft> drafts = new ArrayList<>();
    for (String file : files) {
      drafts.add(read(file));
    }
    List<String> ids = new ArrayList<>();
    for (Draft draft : drafts) {
      String id = submit(draft, drafts, server);
      ids.add(id);
      print(id);
    }
    return wait ? awaitAll(ids, server) : ExitCode.OK;
  }

  private void print(String id) {
    if (json()) {
      terminal().print(JsonNodeFactory.instance.objectNode().put("id", id));
    } else if (result == Result.IDS) {
      terminal().print(Plain.line(id));
    } else {
      terminal().say("task " + Plain.line(id));
    }
  }

  private Draft read(String file) throws CommandFailed {
    byte[] task = bytes(file);
    if (task.length > LARGEST_TASK) {
      throw unusable(file, "larger than the 64 MiB that a server takes");
    }
    try (JsonParser json = JSON.createParser(task)) {
      TreeNode read = JSON.readTree(json);
      if (read == null || !read.isObject()) {
        throw unusable(file, "not one JSON object, as a task is");
      }
      if (json.nextToken() != null) {
        throw unusable(
            file, "more than one JSON value, the second" + place(json.currentTokenLocation()));
      }
    } catch (JacksonException notJson) {
      throw unusable(file, "no JSON" + place(notJson.getLocation()));
    } catch (IOException impossible) {
      throw new java.io.UncheckedIOException(impossible);
    }
    return new Draft(file, task);
  }

  private static String place(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : ", at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  private byte[] bytes(String file) throws CommandFailed {
    try {
      return file.equals("-")
          ? terminal().in().readNBytes(LARGEST_TASK + 1)
          : Files.readAllBytes(Path.of(file));
    } catch (NoSuchFileException | InvalidPathException _) {
      throw unusable(file, "there is no such file");
    } catch (IOException failure) {
      throw unusable(file, "cannot be read: " + failure.getMessage());
    }
  }

  private static CommandFailed unusable(String file, String why) {
    return new CommandFailed(ExitCode.USAGE, name(file) + ": " + why + "; nothing was submitted");
  }

  private static String name(String file) {
    return file.equals("-") ? "standard input" : file;
  }

  private static String submit(Draft draft, List<Draft> all, MillraceServer server)
      throws CommandFailed, InterruptedException {
    try {
      return server.post(TASKS, draft.task).path("id").asText();
    } catch (CommandFailed refused) {
      throw new CommandFailed(
          refused.exitCode(),
          name(draft.file)
              + " was not submitted: "
              + refused.getMessage()
              + neitherWere(all.subList(all.indexOf(draft) + 1, all.size())));
    }
  }

  private static String neitherWere(List<Draft> later) {
    return later.isEmpty()
        ? ""
        : "; nor were those after it: "
            + later.stream().map(draft -> name(draft.file)).collect(Collectors.joining(", "));
  }

  private int awaitAll(List<String> ids, MillraceServer server)
      throws CommandFailed, InterruptedException {
    int worst = ExitCode.OK;
    for (String id : ids) {
      JsonNode ended = new TaskWatch(server, terminal(), terminal().err(), id + " ").toItsEnd(id);
      var output = new TaskOutput(server, terminal());
      if (result == Result.OUTPUT) {
        output.passOn(id, ended);
      }
      Wire.why(ended.path("outcome")).ifPresent(why -> output.say(id + " " + why));
      worst = worst == ExitCode.OK ? ExitCode.ofEnded(ended) : worst;
    }
    return worst;
  }
}
