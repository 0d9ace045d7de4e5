package org.millrace.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Graphs and their runs; what is done with them is said by its subcommands. */
@Command(
    name = "graph",
    header = "Run graphs of tasks, look at their runs and steer them.",
    description = "A graph is a YAML or JSON file; docs/graphs.md says what stands in it.",
    sortOptions = false)
final class GraphCommand implements Callable<Integer> {
  private final Terminal terminal;
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  GraphCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Called by picocli once it has read what stands above. */
  @Spec
  void takesSubcommands(CommandSpec own) {
    spec = own;
    for (ClientCommand command : subcommands()) {
      var line = new CommandLine(command);
      own.addSubcommand(line.getCommandName(), line);
    }
  }

  private List<ClientCommand> subcommands() {
    return List.of(
        new GraphRunCommand(terminal),
        new GraphValidateCommand(terminal),
        new GraphShowCommand(terminal),
        new GraphListCommand(terminal),
        new GraphExplainCommand(terminal),
        new GraphLogsCommand(terminal),
        new GraphPauseCommand(terminal),
        new GraphResumeCommand(terminal),
        new GraphCancelCommand(terminal),
        new GraphRerunCommand(terminal));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "say what to do with a graph");
  }
}
