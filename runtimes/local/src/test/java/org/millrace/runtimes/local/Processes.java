package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processes as tests look at them. */
final class Processes {
  private Processes() {}

  /** The command line of a process, empty once it is dead. */
  static String commandOf(Path proc) {
    try {
      String line = Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      return line.replace('\0', ' ').strip();
    } catch (IOException gone) {
      return "";
    }
  }
}
