package org.millrace.server;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.millrace.cli.ClientCommands;
import org.millrace.domain.caller.Caller;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * One TES task in a server of its own, which ends with it. The server listens on loopback to this
 * process alone: it wants a password that nobody else has, since tasks may read and write where its
 * user works.
 */
@Command(
    name = "run",
    description = {
      "Runs one TES task in process and exits with its executor's code:",
      "125 system error, 130 cancelled, 64 bad file. A signal cancels the task first;",
      "SIGTERM then gives 143.",
      "What the executors wrote is passed on as it is when they are done; all else is on standard"
          + " error.",
      "Its state is gone afterwards unless --data names a folder for it."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final String USER = "run";
  private static final int CANCELLED = 130;
  private static final int CHEAP_HASH = 4; // of a long random password, good for one task

  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Parameters(paramLabel = "FILE", description = "A TES task as JSON; '-' reads standard input.")
  private @Nullable String file;

  @Option(names = "--verbose", description = "Show the server's messages.")
  private boolean verbose;

  @Override
  public Integer call() throws Exception {
    try (var signal = new CancelledBySignal()) {
      return options.data().isPresent() ? run(options.data().get(), signal) : runOnce(signal);
    }
  }

  private int runOnce(CancelledBySignal signal) throws Exception {
    try (var folder = TemporaryFolder.create("millrace-run")) {
      return run(folder.path(), signal);
    }
  }

  private int run(Path data, CancelledBySignal signal) throws Exception {
    String password = randomPassword();
    ServerConfig config = config(data, password);
    if (verbose) {
      Logs.configure(config.logging());
    }
    try (MillraceServer server = MillraceServer.open(config)) {
      server.start();
      try {
        return signal.watch(server.engine(), Caller.of(USER))
            ? submit(server.listening().getFirst(), password)
            : CANCELLED;
      } finally {
        signal.unwatch();
      }
    }
  }

  /** Files below the current folder may be read and written unless configuration says otherwise. */
  private ServerConfig config(Path data, String password) {
    String here = Path.of("").toAbsolutePath().toString();
    var usual =
        new Sources()
            .flag("transfer.local.read-roots", here, "run")
            .flag("transfer.local.write-roots", here, "run");
    return options.readOver(
        usual,
        "data=" + data,
        "http.port=0",
        "http.host=127.0.0.1",
        "faces.tes.enabled=true",
        "faces.api.enabled=true",
        "engine.dispatch=true",
        "security.users."
            + USER
            + "="
            + BCrypt.withDefaults().hashToString(CHEAP_HASH, password.toCharArray()));
  }

  private int submit(URI server, String password) {
    Map<String, String> environment =
        Map.of(
            "MILLRACE_SERVER",
            server.toString(),
            "MILLRACE_USER",
            USER,
            "MILLRACE_PASSWORD",
            password);
    return ClientCommands.run(environment).execute("--wait", String.valueOf(file));
  }

  private static String randomPassword() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
