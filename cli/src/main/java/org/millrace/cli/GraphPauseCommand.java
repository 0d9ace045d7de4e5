package org.millrace.cli;

import picocli.CommandLine.Command;

@Command(
    name = "pause",
    header = "Start nothing new of a run; what runs goes on.",
    sortOptions = false)
final class GraphPauseCommand extends RunStateCommand {
  GraphPauseCommand(Terminal terminal) {
    super(terminal, "pause");
  }
}
