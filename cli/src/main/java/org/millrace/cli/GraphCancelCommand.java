package org.millrace.cli;

import picocli.CommandLine.Command;

@Command(name = "cancel", header = "Stop a run and its tasks.", sortOptions = false)
final class GraphCancelCommand extends RunStateCommand {
  GraphCancelCommand(Terminal terminal) {
    super(terminal, "cancel");
  }
}
