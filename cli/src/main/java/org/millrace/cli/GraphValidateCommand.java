package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "validate",
    header = "Say what is wrong with a graph; store nothing.",
    description =
        "Prints FILE:LINE:COLUMN: and what is wrong there, a line for each fault, and exits with"
            + " 64; or how many nodes the graph has, and exits with 0.",
    sortOptions = false)
final class GraphValidateCommand extends ClientCommand {

  @Parameters(paramLabel = "FILE", description = "the graph; '-' is standard input")
  private String file = "";

  GraphValidateCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    GraphFile graph = GraphFile.read(file, terminal());
    return switch (server.post("/api/v1/runs/validate", graph, Map.of())) {
      case MillraceServer.Judged.Broken(List<JsonNode> faults) -> {
        if (json()) {
          faults.forEach(terminal()::print);
        } else {
          GraphFaults.lines(graph, faults).forEach(terminal()::print);
        }
        yield ExitCode.USAGE;
      }
      case MillraceServer.Judged.Taken(JsonNode answer) -> {
        if (json()) {
          terminal().print(answer);
        } else {
          terminal()
              .print(
                  "%s: good: %s nodes, %s edges"
                      .formatted(
                          Plain.line(graph.name()),
                          Wire.text(answer, "nodes"),
                          Wire.text(answer, "edges")));
        }
        yield ExitCode.OK;
      }
    };
  }
}
