package org.millrace.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a command sees of the place it runs in.
 *
 * @param interactive whether a person looks at the output: lines may be rewritten
 * @param colour whether colours may be used
 * @param askSecret shows a prompt and reads a line without echo; empty where nobody can be asked
 * @param patience how long a server that went away may take to come back, before a command that
 *     follows something gives up
 */
record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean interactive,
    boolean colour,
    Function<String, Optional<String>> askSecret,
    ZoneId zone,
    Duration patience) {

  /** The one this process has. Text leaves as UTF-8 whatever the locale says. */
  static Terminal ofThisProcess() {
    Optional<Console> person = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    Map<String, String> environment = System.getenv();
    return new Terminal(
        new FileInputStream(FileDescriptor.in),
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        environment,
        person.isPresent(),
        person.isPresent() && environment.getOrDefault("NO_COLOR", "").isEmpty(),
        prompt -> person.flatMap(console -> secret(console, prompt)),
        ZoneId.systemDefault(),
        Duration.ofSeconds(30));
  }

  /** The same with another environment. */
  Terminal with(Map<String, String> other) {
    return new Terminal(in, out, err, other, interactive, colour, askSecret, zone, patience);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static Optional<String> secret(Console console, String prompt) {
    return Optional.ofNullable(console.readPassword("%s", prompt)).map(String::new);
  }

  /** A variable of the environment that is set to something. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** A line of result. */
  void print(String line) {
    out.println(line);
  }

  /** A line beside the result. */
  void say(String line) {
    err.println(line);
  }

  /** Whether nobody reads the results any more, as behind {@code | head}. */
  boolean outputIsClosed() {
    return out.checkError();
  }
}
