package org.millrace.server.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.millrace.runtimes.container.EngineAddress;

/** What the configuration takes from the machine it runs on. */
public final class Home {
  private Home() {}

  /** {@code $MILLRACE_HOME}, else {@code ~/.millrace}. */
  public static Path folder() {
    return Optional.ofNullable(System.getenv("MILLRACE_HOME"))
        .filter(home -> !home.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".millrace"))
        .toAbsolutePath()
        .normalize();
  }

  /** A path as an operator writes it: {@code ~} at its beginning is the user's home folder. */
  static Path path(String text) {
    return text.equals("~") || text.startsWith("~/")
        ? Path.of(System.getProperty("user.home") + text.substring(1))
        : Path.of(text);
  }

  /** The address of a host; empty if nobody knows it. */
  static Optional<InetAddress> address(String host) {
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
  }

  /** What {@code DOCKER_HOST} names, if it is of a kind that is spoken here. */
  static EngineAddress containerEngine() {
    String named = System.getenv("DOCKER_HOST");
    try {
      return named == null ? EngineAddress.USUAL : new EngineAddress(named);
    } catch (IllegalArgumentException _) {
      return EngineAddress.USUAL; // as over ssh: said for other programs
    }
  }

  /** Bytes; where it cannot be read, as much as no task will ask for. */
  static long memoryOfThisMachine() {
    try {
      return Files.readAllLines(Path.of("/proc/meminfo")).stream()
          .filter(line -> line.startsWith("MemTotal:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(kib -> Long.parseLong(kib) * 1024)
          .findFirst()
          .orElse(1L << 40);
    } catch (IOException _) {
      return 1L << 40;
    }
  }
}
