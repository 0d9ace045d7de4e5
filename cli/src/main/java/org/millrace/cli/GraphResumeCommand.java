package org.millrace.cli;

import picocli.CommandLine.Command;

@Command(name = "resume", header = "Go on with a run that was paused.", sortOptions = false)
final class GraphResumeCommand extends RunStateCommand {
  GraphResumeCommand(Terminal terminal) {
    super(terminal, "resume");
  }
}
