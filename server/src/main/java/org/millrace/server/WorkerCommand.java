package org.millrace.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.millrace.server.config.LoggingSection;
import org.millrace.server.config.LoggingSection.Format;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * A DANE worker of this process: a program of any kind, or a class. Names nothing of the SDK, which
 * would be loaded with every other command.
 */
@Command(
    name = "worker",
    header = "Works on the tasks of a DANE queue, with any program or with a class.",
    description = {
      "For each task COMMAND is started, reads {\"task\": {...}, \"document\": {...}} as JSON from"
          + " standard input, and writes its answer, like {\"state\": 200, \"message\":"
          + " \"Success\"}, to standard output. Exit code 75 puts the task back into the queue; any"
          + " other but 0 is answered as state 500 with the end of standard error.",
      "It works until a signal ends it (143 after SIGTERM, 130 after SIGINT): at once, or after"
          + " five seconds if its work does not stop; the task under way goes back to the queue. A"
          + " broker or an index that is away is waited for, at the start and later. Exit codes: 64"
          + " wrong usage, 69 the broker or the index refuses this worker, 78 wrong configuration."
          + " Messages go to standard error."
    },
    subcommands = TryCommand.class,
    mixinStandardHelpOptions = true,
    customSynopsis = {
      "millrace worker --queue NAME --key KEY [OPTIONS] -- COMMAND [ARGUMENT...]",
      "       millrace worker --class NAME --classpath PATH [OPTIONS]",
      "       millrace worker try KEY --document FILE [OPTIONS]"
    },
    sortOptions = false)
final class WorkerCommand implements Callable<Integer> {
  /** A connection that is lost is told by who makes the next one. */
  private static final Map<String, String> LEVELS = Map.of("com.rabbitmq.client", "ERROR");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--queue",
      paramLabel = "NAME",
      description = "The queue to take tasks from; workers of one kind share it.")
  private @Nullable String queue;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "Which tasks: a key like FILESIZE, for documents of any type, or a binding key like"
              + " Video.ASR or '#.ASR'. Can be repeated.")
  private List<String> keys = new ArrayList<>();

  @Option(
      names = "--depends-on",
      paramLabel = "KEY",
      description =
          "A task that must be done for the document before; the server creates it if it is"
              + " missing. Can be repeated. Needs an index (ELASTICSEARCH.*).")
  private List<String> dependsOn = new ArrayList<>();

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      converter = TimeOption.class,
      description = "How long COMMAND may take for a task, like 90s or 2h; a day unless given.")
  private @Nullable Duration timeLimit;

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description =
          "A class that implements org.millrace.sdk.WorkerProgram, instead of COMMAND; it knows"
              + " queue and keys itself.")
  private @Nullable String className;

  @Option(
      names = {"--classpath", "--class-path"},
      paramLabel = "PATH",
      description =
          "Where the class is: jars, folders of classes, or 'folder/*', with ':' between.")
  private @Nullable String classPath;

  @Option(
      names = "--no-api",
      description = "Ask no index; for a class that has no dependencies and saves no results.")
  private boolean noApi;

  @Mixin private final BrokerOptions broker = new BrokerOptions();

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..*",
      description = "The program and its arguments, after '--'; no shell.")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    WorkerRun run;
    try {
      run = className == null ? ofCommand() : ofClass(className);
    } catch (WrongUsage wrong) {
      throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()));
    }
    Logs.configure(new LoggingSection("INFO", LEVELS, Format.TEXT, Optional.empty()));
    return run.untilSignal();
  }

  private WorkerRun ofCommand() throws WrongUsage {
    require(!command.isEmpty(), "give a COMMAND after '--', or --class");
    require(classPath == null, "--classpath goes with --class");
    require(queue != null, "--queue is missing: where are tasks to be taken from?");
    require(!keys.isEmpty(), "--key is missing: which tasks are to be taken?");
    require(!noApi || dependsOn.isEmpty(), "--depends-on needs the index that --no-api leaves out");
    return new ProgramCommand(
            command, Optional.ofNullable(timeLimit), String.valueOf(queue), keys, dependsOn)
        .run(broker);
  }

  private WorkerRun ofClass(String name) throws WrongUsage {
    require(command.isEmpty(), "--class and a COMMAND are two workers: start each by itself");
    require(
        queue == null && keys.isEmpty() && dependsOn.isEmpty(),
        "--queue, --key and --depends-on are for a COMMAND: the class says its own");
    require(timeLimit == null, "--time-limit is for a COMMAND");
    require(classPath != null, "--classpath is missing: where is the class?");
    return ProgramClass.load(name, String.valueOf(classPath)).run(broker, noApi);
  }

  private static void require(boolean right, String otherwise) throws WrongUsage {
    if (!right) {
      throw new WrongUsage(otherwise);
    }
  }
}
