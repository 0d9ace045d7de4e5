package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    header = "Show a task: what was asked, what was tried, how it ended.",
    sortOptions = false)
final class GetCommand extends ClientCommand {

  @Parameters(paramLabel = "ID", description = "the task")
  private String id = "";

  /** How much is shown. */
  enum View {
    MINIMAL,
    BASIC,
    FULL
  }

  @Option(
      names = "--view",
      paramLabel = "minimal|basic|full",
      description = {
        "minimal: the state; basic: all but the tails of logs and the text of inputs; full: that,"
            + " too. Usually basic, with --json full"
      })
  private java.util.Optional<View> view = java.util.Optional.empty();

  GetCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    View wanted = view.orElse(json() ? View.FULL : View.BASIC);
    JsonNode task =
        server.get(
            "/api/v1/tasks/%s?view=%s"
                .formatted(MillraceServer.escaped(id), wanted.name().toLowerCase(Locale.ROOT)));
    if (json()) {
      terminal().print(task);
    } else {
      TaskText.of(task, new Ink(terminal().out().colour()), terminal().zone())
          .forEach(terminal()::print);
    }
    return ExitCode.OK;
  }
}
