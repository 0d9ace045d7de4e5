package org.millrace.server;

import java.net.URI;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One TES task in a server of its own, which ends with it. */
@Command(
    name = "run",
    description = {
      "Runs one TES task in process and exits with its executor's code:",
      "125 system error, 130 cancelled, 64 bad file."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Parameters(paramLabel = "FILE", description = "A TES task as JSON; '-' reads standard input.")
  private @Nullable String file;

  @Option(names = "--verbose", description = "Show the server's messages.")
  private boolean verbose;

  @Override
  public Integer call() throws Exception {
    var config = options.read("http.port=0", "http.host=127.0.0.1");
    if (verbose) {
      Logs.configure(config.logging());
    }
    try (MillraceServer server = MillraceServer.open(config)) {
      server.start();
      URI address = server.listening().getFirst();
      return Main.commandLine()
          .execute("submit", "--server", address.toString(), "--wait", String.valueOf(file));
    }
  }
}
