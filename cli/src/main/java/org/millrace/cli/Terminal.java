package org.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
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
 * @param askSecret shows a prompt and reads a line without echo; empty where nobody can be asked
 * @param patience how long a server that went away may take to come back, before a command that
 *     follows something gives up
 */
record Terminal(
    InputStream in,
    Output out,
    Output err,
    Map<String, String> environment,
    Function<String, Optional<String>> askSecret,
    ZoneId zone,
    Duration patience) {

  /**
   * One of the streams a command writes to; each may lead elsewhere.
   *
   * @param isScreen whether a person looks at it: lines may be rewritten
   * @param colour whether colours may be used
   */
  record Output(PrintStream stream, boolean isScreen, boolean colour) {

    private static final int BUFFER = 16 << 10;

    /**
     * Bytes as they are, as they come, until they or their reader are gone.
     *
     * @return the last of them; -1 if there were none
     */
    int passOn(InputStream bytes) throws IOException {
      byte[] buffer = new byte[BUFFER];
      int last = -1;
      for (int read = bytes.read(buffer);
          read >= 0 && !stream.checkError();
          read = bytes.read(buffer)) {
        stream.write(buffer, 0, read);
        stream.flush();
        last = read > 0 ? Byte.toUnsignedInt(buffer[read - 1]) : last;
      }
      return last;
    }

    private static Output of(FileDescriptor descriptor, boolean isScreen, boolean colours) {
      var stream = new FileOutputStream(descriptor);
      return new Output(
          new PrintStream(stream, true, StandardCharsets.UTF_8), isScreen, isScreen && colours);
    }
  }

  /** The one this process has. Text leaves as UTF-8 whatever the locale says. */
  static Terminal ofThisProcess() {
    Optional<Console> person = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    Map<String, String> environment = System.getenv();
    boolean colours = environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(
        new FileInputStream(FileDescriptor.in),
        Output.of(FileDescriptor.out, Screens.isScreen(1, person.isPresent()), colours),
        Output.of(FileDescriptor.err, Screens.isScreen(2, person.isPresent()), colours),
        environment,
        prompt -> person.flatMap(console -> secret(console, prompt)),
        ZoneId.systemDefault(),
        Duration.ofSeconds(30));
  }

  /** The same with another environment. */
  Terminal with(Map<String, String> other) {
    return new Terminal(in, out, err, other, askSecret, zone, patience);
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
    out.stream().println(line);
  }

  /** JSON as a line of result; harmless where a person looks, and always the same value. */
  void print(JsonNode json) {
    print(out.isScreen() ? Plain.json(json.toString()) : json.toString());
  }

  /** A line beside the result. */
  void say(String line) {
    err.stream().println(line);
  }

  /** Whether nobody reads the results any more, as behind {@code | head}. */
  boolean outputIsClosed() {
    return out.stream().checkError();
  }
}
