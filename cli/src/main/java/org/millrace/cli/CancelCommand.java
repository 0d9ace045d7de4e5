package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "cancel",
    header = "Stop tasks.",
    description =
        "Prints the state each is in now: CANCELED, or CANCELING until its compute is gone. One"
            + " that has ended stays as it is. Goes on after a failure, and exits with the first.",
    sortOptions = false)
final class CancelCommand extends ClientCommand {

  @Parameters(paramLabel = "ID", arity = "1..*", description = "tasks")
  private List<String> ids = List.of();

  CancelCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    int worst = ExitCode.OK;
    for (String id : ids) {
      int code = cancel(id, server);
      worst = worst == ExitCode.OK ? code : worst;
    }
    return worst;
  }

  private int cancel(String id, MillraceServer server) throws InterruptedException {
    try {
      JsonNode task =
          server.post("/api/v1/tasks/" + MillraceServer.escaped(id) + "/cancel", new byte[0]);
      String state = new Ink(terminal().out().colour()).state(Wire.text(task, "state"));
      if (json()) {
        terminal().print(task);
      } else {
        terminal().print(Wire.text(task, "id") + " " + state);
      }
      return ExitCode.OK;
    } catch (CommandFailed failure) {
      return report(failure);
    }
  }
}
