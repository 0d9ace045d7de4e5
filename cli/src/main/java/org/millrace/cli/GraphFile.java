package org.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A graph to be sent. */
final class GraphFile {
  private static final int LARGEST = 256 << 20;

  private final String name;
  private final byte[] bytes;

  private GraphFile(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** As messages call it. */
  String name() {
    return name;
  }

  /** Not copied: leave them alone. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Reads a file, or standard input for {@code -}.
   *
   * @throws CommandFailed usage: there is none, or it is larger than any server takes
   */
  static GraphFile read(String file, Terminal terminal) throws CommandFailed {
    boolean isInput = file.equals("-");
    String name = isInput ? "standard input" : file;
    try {
      byte[] bytes = isInput ? terminal.in().readNBytes(LARGEST + 1) : bytes(Path.of(file));
      if (bytes.length > LARGEST) {
        throw unusable(name, "larger than the 256 MiB that a server takes");
      }
      return new GraphFile(name, bytes);
    } catch (NoSuchFileException | InvalidPathException _) {
      throw unusable(name, "there is no such file");
    } catch (IOException failure) {
      throw unusable(name, "cannot be read: " + failure.getMessage());
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(LARGEST + 1);
    }
  }

  private static CommandFailed unusable(String name, String why) {
    return new CommandFailed(ExitCode.USAGE, name + ": " + why);
  }

  /** An object in braces is JSON, all else YAML. */
  String mediaType() {
    for (byte one : bytes) {
      if (!Character.isWhitespace(one)) {
        return one == '{' ? "application/json" : "application/yaml";
      }
    }
    return "application/yaml";
  }
}
