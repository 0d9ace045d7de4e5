package org.millrace.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which server a command talks to, and as whom. A password is never given on the command line. */
final class ServerOptions {
  private static final String USUAL = "http://127.0.0.1:8080";

  @Option(
      order = 101,
      names = "--server",
      paramLabel = "URL",
      description = "the server; else $MILLRACE_SERVER, else " + USUAL)
  private Optional<String> server = Optional.empty();

  @Option(
      order = 102,
      names = "--user",
      paramLabel = "NAME",
      description =
          "sign in as this user; else $MILLRACE_USER. The password comes from $MILLRACE_PASSWORD,"
              + " or is asked for")
  private Optional<String> user = Optional.empty();

  @Option(
      order = 100,
      names = "--json",
      description = "print JSON as the server sent it, one value a line")
  private boolean json;

  @Option(
      order = 103,
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  boolean json() {
    return json;
  }

  /**
   * Ready to be asked; nothing is sent yet.
   *
   * @throws CommandFailed usage: the URL cannot be used, or a password is missing
   */
  MillraceServer connect(Terminal terminal) throws CommandFailed {
    URI address = address(server.or(() -> terminal.variable("MILLRACE_SERVER")).orElse(USUAL));
    return new MillraceServer(address, credentials(address, terminal));
  }

  private static URI address(String text) throws CommandFailed {
    try {
      URI address = new URI(text.strip().replaceFirst("/+$", ""));
      boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (http && address.getHost() != null && address.getRawUserInfo() == null) {
        return address;
      }
    } catch (URISyntaxException _) {
      // the same refusal as for a URL of another kind
    }
    throw new CommandFailed(
        ExitCode.USAGE,
        "the server must be a URL like "
            + USUAL
            + ", without a password in it; see --server and $MILLRACE_SERVER");
  }

  private Optional<Credentials> credentials(URI address, Terminal terminal) throws CommandFailed {
    Optional<String> name = user.or(() -> terminal.variable("MILLRACE_USER"));
    if (name.isEmpty()) {
      return Optional.empty();
    }
    String prompt = "password of %s at %s: ".formatted(name.get(), address);
    String password =
        terminal
            .variable("MILLRACE_PASSWORD")
            .or(() -> terminal.askSecret().apply(prompt))
            .orElseThrow(() ->
                new CommandFailed(
                    ExitCode.USAGE,
                    "no password for user " + name.get() + ": set MILLRACE_PASSWORD"));
    return Optional.of(new Credentials(name.get(), password));
  }
}
