package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Parameters;

/** A command that asks for a change of a run, and prints the state it is in then. */
abstract class RunStateCommand extends ClientCommand {
  private final String verb;

  @Parameters(paramLabel = "RUN", description = "the run")
  private String run = "";

  RunStateCommand(Terminal terminal, String verb) {
    super(terminal);
    this.verb = verb;
  }

  /** What is sent with it; may be empty. */
  String body() {
    return "";
  }

  final String run() {
    return run;
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    JsonNode changed =
        server.post(RunPath.of(run) + "/" + verb, body().getBytes(StandardCharsets.UTF_8));
    if (json()) {
      terminal().print(changed);
    } else {
      String state = new Ink(terminal().out().colour()).state(Wire.text(changed, "state"));
      terminal().print(Wire.text(changed, "id") + " " + state);
    }
    return ExitCode.OK;
  }
}
