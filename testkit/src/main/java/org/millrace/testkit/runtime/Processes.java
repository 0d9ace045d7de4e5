package org.millrace.testkit.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Living processes of this machine, as tests look at them. */
public final class Processes {
  private Processes() {}

  /** Those that {@code sleep} for a time that begins so: the numbers tell tests apart. */
  public static List<String> sleeping(String seconds) throws IOException {
    List<String> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        String line = commandOf(entry);
        if (line.startsWith("sleep " + seconds)) {
          found.add(line);
        }
      }
    }
    return found;
  }

  /** The command line of a folder of {@code /proc}, empty once the process is dead. */
  public static String commandOf(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ')
          .strip();
    } catch (IOException gone) {
      return "";
    }
  }
}
