package org.millrace.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One TES task in a server of its own, which ends with it. */
@Command(
    name = "run",
    description = {
      "Runs one TES task in process and exits with its executor's code:",
      "125 system error, 130 cancelled, 64 bad file.",
      "Its state is gone afterwards unless --data names a folder for it."
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
    if (options.data().isPresent()) {
      return run(options.data().get());
    }
    try (var folder = TemporaryFolder.create("millrace-run")) {
      return run(folder.path());
    }
  }

  /** Files below the current folder may be read and written unless configuration says otherwise. */
  private int run(Path data) throws Exception {
    String here = Path.of("").toAbsolutePath().toString();
    var usual =
        new Sources()
            .flag("transfer.local.read-roots", here, "run")
            .flag("transfer.local.write-roots", here, "run");
    ServerConfig config =
        options.readOver(usual, "data=" + data, "http.port=0", "http.host=127.0.0.1");
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
