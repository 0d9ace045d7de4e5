package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    header = "Submit a graph; print the id of its run.",
    description =
        "With --wait, follow it to its end on standard error; the exit code is 0 if it is complete,"
            + " 1 if it failed, 130 if it was cancelled.",
    sortOptions = false)
final class GraphRunCommand extends ClientCommand {

  @Parameters(paramLabel = "FILE", description = "the graph; '-' is standard input")
  private String file = "";

  @Option(names = "--wait", description = "wait for its end")
  private boolean wait;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "whatever is submitted again with this key is the run it named first")
  private Optional<String> key = Optional.empty();

  GraphRunCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    GraphFile graph = GraphFile.read(file, terminal());
    Map<String, String> headers = key.map(text -> Map.of("Idempotency-Key", text)).orElse(Map.of());
    return switch (server.post("/api/v1/runs", graph, headers)) {
      case MillraceServer.Judged.Broken(List<JsonNode> faults) -> {
        GraphFaults.lines(graph, faults).forEach(terminal()::say);
        yield ExitCode.USAGE;
      }
      case MillraceServer.Judged.Taken(JsonNode answer) ->
          taken(answer.path("id").asText(), server);
    };
  }

  private int taken(String run, MillraceServer server) throws CommandFailed, InterruptedException {
    if (json()) {
      terminal().print(JsonNodeFactory.instance.objectNode().put("id", run));
    } else {
      terminal().print(Plain.line(run));
    }
    return wait ? ExitCode.ofEndedRun(new RunWatch(server, terminal()).toItsEnd(run)) : ExitCode.OK;
  }
}
