package org.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/**
 * A command that talks to a server: connects, does its part, and turns failures into exit codes.
 */
abstract class ClientCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ServerOptions options = new ServerOptions();

  ClientCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What the command is for; returns its exit code. */
  abstract int run(MillraceServer server) throws CommandFailed, InterruptedException;

  final Terminal terminal() {
    return terminal;
  }

  final boolean json() {
    return options.json();
  }

  @Override
  public final Integer call() {
    try (MillraceServer server = options.connect(terminal)) {
      return run(server);
    } catch (CommandFailed failure) {
      return report(failure);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return ExitCode.CANCELLED;
    } finally {
      terminal.out().stream().flush();
    }
  }

  /** Tells of a failure; the exit code that belongs to it. */
  final int report(CommandFailed failure) {
    terminal.say("millrace: " + Plain.line(String.valueOf(failure.getMessage())));
    return failure.exitCode();
  }
}
