package org.millrace.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A command line as the product has it, in a place of the test's own. Immutable. */
record Cli(
    Map<String, String> environment,
    String input,
    boolean outIsScreen,
    boolean errIsScreen,
    Optional<String> secret,
    Duration patience) {
  private static final Duration LONG = Duration.ofSeconds(20);

  /** Talks to this server; nobody looks at it, and nothing is set. */
  static Cli to(ScriptedServer server) {
    return to(server.address());
  }

  static Cli to(String server) {
    return new Cli(Map.of("MILLRACE_SERVER", server), "", false, false, Optional.empty(), LONG);
  }

  Cli with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Cli(more, input, outIsScreen, errIsScreen, secret, patience);
  }

  Cli reading(String standardInput) {
    return new Cli(environment, standardInput, outIsScreen, errIsScreen, secret, patience);
  }

  /** At a terminal, with colours; somebody types this when asked for a secret. */
  Cli atTerminal(String typed) {
    return new Cli(environment, input, true, true, Optional.of(typed), patience);
  }

  /** The same, with results going into a file. */
  Cli intoAFile() {
    return new Cli(environment, input, false, errIsScreen, secret, patience);
  }

  /** The same, with messages going into a file. */
  Cli withMessagesIntoAFile() {
    return new Cli(environment, input, outIsScreen, false, secret, patience);
  }

  /** The same, which gives up soon on a server that went away. */
  Cli impatient() {
    Duration soon = Duration.ofSeconds(2);
    return new Cli(environment, input, outIsScreen, errIsScreen, secret, soon);
  }

  /** What came of a command. */
  record Ran(int code, String out, String err) {}

  @Command(name = "millrace")
  private static final class Root {}

  Ran run(String... arguments) {
    return ran(
        terminal -> {
          var millrace = new CommandLine(new Root());
          ClientCommands.all(terminal).forEach(millrace::addSubcommand);
          return millrace;
        },
        arguments);
  }

  /** What {@code run} does with its own server. */
  Ran runTask(String file) {
    return ran(ClientCommands::run, "--wait", file);
  }

  private Ran ran(Function<Terminal, CommandLine> commands, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            output(out, outIsScreen),
            output(err, errIsScreen),
            environment,
            _ -> secret,
            ZoneOffset.UTC,
            patience);
    CommandLine millrace = commands.apply(terminal);
    millrace.setCaseInsensitiveEnumValuesAllowed(true);
    millrace.setParameterExceptionHandler(ClientCommands.usageErrors(terminal));
    millrace.setOut(new PrintWriter(terminal.out().stream(), true, StandardCharsets.UTF_8));
    int code = millrace.execute(arguments);
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Terminal.Output output(ByteArrayOutputStream bytes, boolean isScreen) {
    return new Terminal.Output(
        new PrintStream(bytes, true, StandardCharsets.UTF_8),
        isScreen,
        isScreen && !environment.containsKey("NO_COLOR"));
  }
}
