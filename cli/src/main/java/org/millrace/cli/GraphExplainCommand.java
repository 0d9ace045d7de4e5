package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    header = "Say why a run, or a node of it, waits or failed, and what would help.",
    sortOptions = false)
final class GraphExplainCommand extends ClientCommand {

  @Parameters(index = "0", paramLabel = "RUN", description = "the run")
  private String run = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "NODE", description = "a node of it")
  private Optional<String> node = Optional.empty();

  GraphExplainCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    JsonNode explanation =
        server.get(node.map(key -> RunPath.of(run, key)).orElse(RunPath.of(run)) + "/explain");
    if (json()) {
      terminal().print(explanation);
    } else {
      print(explanation);
    }
    return ExitCode.OK;
  }

  private void print(JsonNode explanation) {
    String state = new Ink(terminal().out().colour()).state(Wire.text(explanation, "state"));
    String what =
        Wire.optional(explanation, "node")
            .map(key -> "node " + key)
            .orElse("run " + Wire.text(explanation, "run"));
    String since = Wire.moment(explanation, "since", terminal().zone()).orElse("an unknown time");
    terminal().print("%s is %s since %s".formatted(what, state, since));
    terminal().print("  " + Wire.text(explanation, "summary"));
    Wire.each(explanation, "causes").forEach(this::printCause);
    List<String> chain = new ArrayList<>();
    explanation.path("chain").forEach(key -> chain.add(Plain.line(key.asText())));
    if (node.isPresent() && chain.size() > 1) {
      terminal().print("  waits for: " + String.join(" <- ", chain));
    } else if (node.isEmpty() && !chain.isEmpty()) {
      terminal().print("  nodes: " + String.join(", ", chain));
    }
    Wire.optional(explanation.path("task"), "summary")
        .ifPresent(summary ->
            terminal()
                .print("  task " + Wire.text(explanation.path("task"), "id") + ": " + summary));
  }

  private void printCause(JsonNode cause) {
    terminal().print("  why: " + Wire.text(cause, "message"));
    Wire.optional(cause, "help").ifPresent(help -> terminal().print("    what helps: " + help));
  }
}
