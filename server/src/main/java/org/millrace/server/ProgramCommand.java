package org.millrace.server;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.millrace.sdk.AgentType;
import org.millrace.sdk.CommandCallback;
import org.millrace.sdk.Generator;
import org.millrace.sdk.Worker;
import org.millrace.server.config.ServerConfig;

/**
 * A worker whose work is done by a command.
 *
 * @param keys as after {@code --key}
 * @param dependsOn keys of tasks that must be done before
 */
record ProgramCommand(
    List<String> command,
    Optional<Duration> timeLimit,
    String queue,
    List<String> keys,
    List<String> dependsOn) {

  /**
   * A worker of it, not begun yet.
   *
   * @throws WrongUsage if a key is none
   * @throws org.millrace.server.config.BadConfiguration with every problem found
   */
  WorkerRun run(BrokerOptions broker) throws WrongUsage {
    Worker.Builder worker =
        Worker.named(queue)
            .config(WorkerConfig.read(broker, Optional.empty()))
            .generator(nobodys())
            .callback(
                new CommandCallback(
                    command,
                    timeLimit.orElse(CommandCallback.USUAL_TIME_LIMIT),
                    CommandCallback.USUAL_OUTPUT_LIMIT));
    for (String key : keys) {
      bind(worker, key);
    }
    dependsOn.forEach(worker::dependsOn);
    return new WorkerRun(dependsOn.isEmpty() ? worker.noApi() : worker);
  }

  /** A command saves no results of its own, so this names none; git is not asked for one. */
  private static Generator nobodys() {
    return new Generator(ServerConfig.VERSION, AgentType.SOFTWARE, "millrace worker", "");
  }

  /** A single word is a key, as it stands in tasks; keys are upper case there. */
  private static void bind(Worker.Builder worker, String key) throws WrongUsage {
    boolean isKey = !key.contains(".") && !key.equals("#") && !key.equals("*");
    try {
      worker.bindingKey(isKey ? "#." + key.toUpperCase(Locale.ROOT) : key);
    } catch (IllegalArgumentException wrong) {
      throw new WrongUsage("--key: " + wrong.getMessage());
    }
  }
}
