package org.millrace.server;

import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.millrace.cli.ClientCommands;
import org.millrace.domain.failure.Refusal;
import org.millrace.http.CannotListen;
import org.millrace.server.bench.BenchCommand;
import org.millrace.server.config.BadConfiguration;
import org.millrace.server.config.ServerConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

/** The command {@code millrace}. */
@Command(
    name = "millrace",
    description = "A durable task server that speaks GA4GH TES and DANE, its client, and workers.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = HelpCommand.class)
public final class Main {
  /** The server could not start or go on; its message says why. */
  static final int CANNOT_START = 69;

  /** The configuration is wrong. */
  static final int BAD_CONFIGURATION = 78;

  private Main() {}

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // programs read what we write
    Logs.quiet();
    Security.setProperty(
        "networkaddress.cache.negative.ttl",
        "1"); // else a passing fault of DNS outlasts our retries
    System.exit(commandLine(arguments).execute(arguments));
  }

  /** Only the command that is asked for is read: all of them would take a fifth of a start. */
  static CommandLine commandLine(String... arguments) {
    CommandLine line = new CommandLine(new Main());
    List<Object> all = commands();
    List<Object> asked = all.stream().filter(each -> isAsked(each, arguments)).toList();
    (asked.isEmpty() ? all : asked).forEach(line::addSubcommand);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false) // an argument of a worker's command may begin with @
        .setParameterExceptionHandler(ClientCommands.usageErrors())
        .setExecutionExceptionHandler(Main::explain);
  }

  private static List<Object> commands() {
    List<Object> all = new ArrayList<>();
    all.add(new ServeCommand());
    all.add(new RunCommand());
    all.add(new DemoCommand());
    all.add(new BenchCommand());
    all.add(new ConfigCommand());
    all.add(new WorkerCommand());
    all.addAll(ClientCommands.all());
    return all;
  }

  private static boolean isAsked(Object command, String... arguments) {
    return arguments.length > 0
        && command.getClass().getAnnotation(Command.class).name().equals(arguments[0]);
  }

  /** What can be expected to go wrong ends in a line or two; a defect in its stack trace. */
  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    return switch (failure) {
      case BadConfiguration bad -> {
        bad.problems().forEach(problem -> say("configuration: " + problem));
        yield BAD_CONFIGURATION;
      }
      case CannotListen occupied -> cannotStart(occupied);
      case org.millrace.broker.CannotListen occupied -> cannotStart(occupied);
      case Refusal refusal -> cannotStart(refusal);
      case java.io.IOException unusable -> cannotStart(unusable);
      default -> throw failure;
    };
  }

  private static int cannotStart(Exception failure) {
    say(String.valueOf(failure.getMessage()));
    return CANNOT_START;
  }

  static void say(String line) {
    System.err.println("millrace: " + line);
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "millrace " + ServerConfig.VERSION, "Java " + Runtime.version(),
      };
    }
  }
}
