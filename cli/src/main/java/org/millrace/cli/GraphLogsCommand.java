package org.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    header = "Print one log over all nodes of a run, in the order in which they began.",
    description = "Each line begins with the name of its node in brackets.",
    sortOptions = false)
final class GraphLogsCommand extends ClientCommand {

  @Parameters(paramLabel = "RUN", description = "the run")
  private String run = "";

  @Option(
      names = {"-f", "--follow"},
      description = "go on until the run has ended; a node is shown once it has ended")
  private boolean follow;

  GraphLogsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(MillraceServer server) throws CommandFailed, InterruptedException {
    if (json()) {
      throw new CommandFailed(ExitCode.USAGE, "a log is no JSON: leave --json out");
    }
    String path = RunPath.of(run) + "/logs" + (follow ? "?follow=true" : "");
    try (InputStream log = server.open(path, Map.of()).body()) {
      terminal().out().passOn(log);
    } catch (IOException broken) {
      throw server.broken(broken);
    }
    if (follow && !terminal().outputIsClosed() && !RunWatch.isEnd(server.get(RunPath.of(run)))) {
      throw new CommandFailed(
          ExitCode.UNREACHABLE,
          "the server ended the log while the run goes on, as when it stops: run this again");
    }
    return ExitCode.OK;
  }
}
