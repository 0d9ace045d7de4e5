package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    header = "Print what a task wrote to standard output or standard error.",
    description =
        "Of the latest attempt, the last executor that has a log. The bytes are passed on as they"
            + " are.",
    sortOptions = false)
final class LogsCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", description = "the task")
  private String id = "";

  @Option(
      names = {"-f", "--follow"},
      description = "go on with what comes, executor after executor, until the task has ended")
  private boolean follow;

  @Option(names = "--stderr", description = "standard error, not standard output")
  private boolean stderr;

  @Option(names = "--attempt", paramLabel = "N", description = "of this attempt, from 1")
  private Optional<Integer> attempt = Optional.empty();

  @Option(names = "--executor", paramLabel = "I", description = "of this executor, from 0")
  private Optional<Integer> executor = Optional.empty();

  @Option(names = "--tail", paramLabel = "BYTES", description = "only the end of what is there")
  private Optional<Long> tail = Optional.empty();

  LogsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    if (json()) {
      throw new CommandFailed(ExitCode.USAGE, "a log is no JSON: leave --json out");
    }
    String stream = stderr ? "stderr" : "stdout";
    String task = "/api/v1/tasks/" + MillraceServer.escaped(id);
    try (InputStream log = server.open(task + "/logs/" + stream + query(), Map.of()).body()) {
      terminal().out().passOn(log);
    } catch (IOException broken) {
      throw server.broken(broken);
    }
    if (follow && !terminal().outputIsClosed()) {
      checkThatItIsComplete(server, task, stream);
    }
    return ExitCode.OK;
  }

  /** A server that stops ends its streams in order, and this one would look whole. */
  private void checkThatItIsComplete(MillraceServer server, String path, String stream)
      throws CommandFailed, InterruptedException {
    JsonNode task = server.get(path + "?view=basic");
    if (!Wire.isFinal(task) && !attemptIsOver(task) && !isFollowed(server, path, stream, task)) {
      throw new CommandFailed(
          ExitCode.UNREACHABLE,
          "the server ended the log while "
              + attempt.map(number -> "attempt " + number + " of the task").orElse("the task")
              + " goes on ("
              + Wire.text(task, "state")
              + "), as when it stops: run this again");
    }
  }

  private boolean attemptIsOver(JsonNode task) {
    return attempt
        .map(number ->
            Wire.each(task, "attempts").stream()
                .filter(each -> each.path("number").asInt() == number)
                .anyMatch(each -> each.has("ended")))
        .orElse(false);
  }

  /** Whether an executor after the one asked for has written: then that one's log is complete. */
  private boolean isFollowed(MillraceServer server, String path, String stream, JsonNode task)
      throws CommandFailed, InterruptedException {
    if (attempt.isEmpty() || executor.isEmpty()) {
      return false;
    }
    int executors = Wire.each(task.path("work"), "executors").size();
    for (int later = executor.get() + 1; later < executors; later++) {
      String log =
          "%s/attempts/%d/executors/%d/%s?tail=1".formatted(path, attempt.get(), later, stream);
      if (isWritten(server, log)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWritten(MillraceServer server, String log)
      throws CommandFailed, InterruptedException {
    try (InputStream body = server.open(log, Map.of()).body()) {
      return body.read() >= 0;
    } catch (CommandFailed refused) {
      if (refused.exitCode() == ExitCode.NOT_FOUND) {
        return false;
      }
      throw refused;
    } catch (IOException broken) {
      throw server.broken(broken);
    }
  }

  private String query() {
    List<String> parts = new ArrayList<>();
    if (follow) {
      parts.add("follow=true");
    }
    attempt.ifPresent(number -> parts.add("attempt=" + number));
    executor.ifPresent(number -> parts.add("executor=" + number));
    tail.ifPresent(bytes -> parts.add("tail=" + bytes));
    return parts.isEmpty() ? "" : "?" + String.join("&", parts);
  }
}
