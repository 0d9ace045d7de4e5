package org.millrace.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The commands that talk to a server, ready to be added to a command line:
 *
 * <pre>{@code
 * var millrace = new CommandLine(new Main());
 * ClientCommands.all().forEach(millrace::addSubcommand);
 * millrace.setCaseInsensitiveEnumValuesAllowed(true);
 * millrace.setParameterExceptionHandler(ClientCommands.usageErrors());
 * }</pre>
 *
 * <p>Each exits with 0; 64 wrong usage or a file that is refused; 66 not found; 69 no server; 77
 * not permitted; 125 system error. Those that wait for a task exit with its outcome: the code of
 * the executor that failed (1 if it has none), 125 for a system error, 130 if it was cancelled;
 * those that wait for a run with 0, 1 if it failed, and 130 if it was cancelled.
 */
public final class ClientCommands {
  private ClientCommands() {}

  /** A fresh set of them, for this process's own streams and environment. */
  public static List<Object> all() {
    return all(Terminal.ofThisProcess());
  }

  static List<Object> all(Terminal terminal) {
    return List.of(
        new SubmitCommand(terminal),
        new GetCommand(terminal),
        new ListCommand(terminal),
        new WatchCommand(terminal),
        new LogsCommand(terminal),
        new CancelCommand(terminal),
        new ExplainCommand(terminal),
        new GraphCommand(terminal));
  }

  /**
   * The command that submits, for a server that this process knows, whatever its user has set. With
   * {@code --wait} what executors wrote is its result, and ids stand among the messages.
   */
  public static CommandLine run(Map<String, String> environment) {
    return run(Terminal.ofThisProcess().with(environment));
  }

  /** The commands about graphs, for a server that this process knows, as {@link #run}. */
  public static CommandLine graph(Map<String, String> environment) {
    return new CommandLine(new GraphCommand(Terminal.ofThisProcess().with(environment)));
  }

  /** The command that explains a task, for a server that this process knows, as {@link #run}. */
  public static CommandLine explain(Map<String, String> environment) {
    return new CommandLine(new ExplainCommand(Terminal.ofThisProcess().with(environment)));
  }

  static CommandLine run(Terminal terminal) {
    return new CommandLine(new SubmitCommand(terminal, SubmitCommand.Result.OUTPUT));
  }

  /**
   * Answers wrong usage in one line that names the mistake and where help is, with exit code 64. To
   * be set on the command line these commands are added to.
   */
  public static IParameterExceptionHandler usageErrors() {
    return usageErrors(Terminal.ofThisProcess());
  }

  static IParameterExceptionHandler usageErrors(Terminal terminal) {
    return (mistake, _) -> {
      terminal.say(oneLine(mistake));
      return ExitCode.USAGE;
    };
  }

  private static String oneLine(ParameterException mistake) {
    String command = mistake.getCommandLine().getCommandSpec().qualifiedName();
    return "%s: %s; see %s --help".formatted(command, Plain.line(inPlainWords(mistake)), command);
  }

  private static String inPlainWords(ParameterException mistake) {
    return switch (mistake) {
      case UnmatchedArgumentException unmatched
          when !unmatched.getCommandLine().getSubcommands().isEmpty()
              && !unmatched.getUnmatched().getFirst().startsWith("-") ->
          "no such command '" + unmatched.getUnmatched().getFirst() + "'";
      default ->
          String.valueOf(mistake.getMessage())
              .replaceFirst("'([^']*)' is not an? (int|long)$", "must be a number, not '$1'");
    };
  }
}
