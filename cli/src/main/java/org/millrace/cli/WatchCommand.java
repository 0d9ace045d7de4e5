package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "watch",
    header = "Show what happens, live.",
    description =
        "With an ID, one task with its staging until it ends; the exit code is its outcome: 0, the"
            + " code of the executor that failed, 125 for a system error, 130 if it was cancelled."
            + " Without, everything you may see, until you stop it.",
    sortOptions = false)
final class WatchCommand extends ClientCommand {

  @Parameters(paramLabel = "ID", arity = "0..1", description = "the task")
  private Optional<String> id = Optional.empty();

  WatchCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    if (json()) {
      return asJson(server);
    }
    return id.isPresent() ? one(server, id.get()) : all(server);
  }

  private int one(MillraceServer server, String task) throws CommandFailed, InterruptedException {
    JsonNode ended = new TaskWatch(server, terminal(), terminal().out(), "").toItsEnd(task);
    Wire.why(ended.path("outcome")).ifPresent(terminal()::print);
    return ExitCode.ofEnded(ended);
  }

  private int all(MillraceServer server) throws CommandFailed, InterruptedException {
    var ink = new Ink(terminal().out().colour());
    new EventFollower(server, terminal().patience())
        .follow(
            "/api/v1/events",
            event -> {
              if (!event.kind().equals("begin")) {
                terminal().print(line(Wire.parsed(event), ink));
              }
              return !terminal().outputIsClosed();
            });
    return ExitCode.OK;
  }

  private String line(JsonNode event, Ink ink) {
    return "%s %s %s"
        .formatted(
            Wire.timeOfDay(event, "at", terminal().zone()),
            Wire.text(event, "task"),
            EventText.of(event, ink));
  }

  private int asJson(MillraceServer server) throws CommandFailed, InterruptedException {
    Optional<String> task = id.map(given -> "/api/v1/tasks/" + MillraceServer.escaped(given));
    new EventFollower(server, terminal().patience())
        .follow(
            task.map(path -> path + "/events").orElse("/api/v1/events"),
            event -> {
              JsonNode told = Wire.parsed(event);
              terminal().print(told);
              boolean ended = task.isPresent() && Wire.isFinal(told);
              return !ended && !terminal().outputIsClosed();
            });
    return task.isPresent()
        ? ExitCode.ofEnded(server.get(task.get() + "?view=basic"))
        : ExitCode.OK;
  }
}
