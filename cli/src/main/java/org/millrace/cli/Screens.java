package org.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Which of this process's streams lead to a terminal. The JDK knows of all of them together. */
final class Screens {
  private static final Path STREAMS = Path.of("/proc/self/fd");
  private static final Pattern TERMINAL = Pattern.compile("/dev/(pts/\\d+|tty.*|console)");

  private Screens() {}

  /**
   * Whether a person sees what is written to a stream.
   *
   * @param descriptor 1 for standard output, 2 for standard error
   * @param otherwise where the system does not tell
   */
  static boolean isScreen(int descriptor, boolean otherwise) {
    try {
      return isTerminal(Files.readSymbolicLink(STREAMS.resolve(String.valueOf(descriptor))));
    } catch (IOException | UnsupportedOperationException _) {
      return otherwise;
    }
  }

  static boolean isTerminal(Path device) {
    return TERMINAL.matcher(device.toString()).matches();
  }
}
