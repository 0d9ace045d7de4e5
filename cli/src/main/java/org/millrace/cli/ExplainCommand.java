package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    header = "Say why a task waits, runs or failed, since when, and what would help.",
    sortOptions = false)
final class ExplainCommand extends ClientCommand {

  @Parameters(paramLabel = "ID", description = "the task")
  private String id = "";

  ExplainCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    JsonNode explanation = server.get("/api/v1/tasks/" + MillraceServer.escaped(id) + "/explain");
    if (json()) {
      terminal().print(explanation);
    } else {
      print(explanation);
    }
    return ExitCode.OK;
  }

  private void print(JsonNode explanation) {
    String state = new Ink(terminal().out().colour()).state(Wire.text(explanation, "state"));
    terminal()
        .print(
            "task %s is %s since %s%s"
                .formatted(
                    Wire.text(explanation, "id"), state, since(explanation), ago(explanation)));
    terminal().print("  " + Wire.text(explanation, "summary"));
    Wire.each(explanation, "causes").forEach(this::printCause);
    Wire.moment(explanation, "next", terminal().zone())
        .ifPresent(next -> terminal().print("  by itself: something happens at " + next));
    List<JsonNode> earlier = Wire.each(explanation, "earlier");
    if (!earlier.isEmpty()) {
      terminal().print("  earlier:");
      earlier.forEach(line -> terminal().print("    " + Plain.line(line.asText())));
    }
  }

  private void printCause(JsonNode cause) {
    terminal().print("  why: " + Wire.text(cause, "message"));
    Wire.optional(cause, "help").ifPresent(help -> terminal().print("    what helps: " + help));
  }

  private String since(JsonNode explanation) {
    return Wire.moment(explanation, "since", terminal().zone()).orElse("an unknown time");
  }

  private static String ago(JsonNode explanation) {
    return Wire.instant(explanation, "since")
        .map(since -> Duration.between(since, Instant.now()))
        .filter(age -> age.toSeconds() > 0)
        .map(age -> " (" + Amounts.duration(age) + " ago)")
        .orElse("");
  }
}
