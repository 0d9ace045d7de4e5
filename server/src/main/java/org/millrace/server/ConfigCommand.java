package org.millrace.server;

import java.util.concurrent.Callable;
import org.millrace.server.config.ServerConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the configuration comes to. */
@Command(
    name = "config",
    description = "Prints every setting with its value and where it came from; secrets are masked.",
    subcommands = ImportCommand.class,
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Override
  public Integer call() {
    ServerConfig config = options.read();
    config.lines().forEach(System.out::println);
    config.remarks().forEach(Main::say);
    options.warnings().forEach(Main::say);
    return 0;
  }
}
