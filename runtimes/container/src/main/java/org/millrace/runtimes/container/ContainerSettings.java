package org.millrace.runtimes.container;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.millrace.domain.task.Resources;

/**
 * How tasks run in containers.
 *
 * @param site names this host and data folder; handles carry it
 * @param workFolder where attempts lie; made if it does not exist
 * @param slots most attempts at once
 * @param cpuCores most cores one task may ask for; what a task has that asks for none
 * @param ramBytes most memory one task may ask for; what a task has that asks for none
 * @param mostProcesses processes and threads that one executor may have
 * @param tailBytes how much of a stream goes into the record
 * @param logLimit bytes of each stream kept as a log, unless it goes to a path of the task
 * @param network {@code bridge}, {@code none}, or the name of a network of the engine
 */
public record ContainerSettings(
    EngineAddress engine,
    String site,
    Path workFolder,
    int slots,
    int cpuCores,
    long ramBytes,
    int mostProcesses,
    int tailBytes,
    long logLimit,
    String network,
    Pull pull,
    RunAs user,
    Sharing files) {
  private static final Pattern NETWORK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  /** When images are pulled. */
  public enum Pull {
    /** If the engine does not have it. */
    MISSING,
    ALWAYS,
    NEVER
  }

  /** As whom executors run. */
  public enum RunAs {
    /** As the image's user if the server is root, else as the server's. */
    AUTO,
    /** As the image wants it. */
    IMAGE,
    /** As the user of this server. */
    SERVER
  }

  /** How a task's files come into its containers. */
  public enum Sharing {
    /** Bound where the engine is on this host, else copied. */
    AUTO,
    BIND,
    COPY
  }

  public ContainerSettings {
    if (site.isBlank()) {
      throw new IllegalArgumentException("container: a site");
    }
    if (slots < 1 || cpuCores < 1 || mostProcesses < 16) {
      throw new IllegalArgumentException(
          "container: at least 1 slot, 1 core and 16 processes, not "
              + slots
              + ", "
              + cpuCores
              + " and "
              + mostProcesses);
    }
    if (logLimit < 1) {
      throw new IllegalArgumentException("container: logs of at least a byte");
    }
    if (ramBytes < (16 << 20) || tailBytes < 0 || tailBytes > (1 << 20)) {
      throw new IllegalArgumentException(
          "container: at least 16 MiB of memory, and at most 1 MiB of log tail");
    }
    if (!NETWORK.matcher(network).matches() || network.equals("host")) {
      throw new IllegalArgumentException(
          "container.network: bridge, none, or the name of a network; never host; not '"
              + network
              + "'");
    }
    workFolder = workFolder.toAbsolutePath().normalize();
  }

  /** What one executor may use. */
  record Limits(int cores, long bytes, int processes) {}

  Limits limits(Resources asked) {
    return new Limits(
        asked.cpuCores().orElse(cpuCores), asked.ramBytes().orElse(ramBytes), mostProcesses);
  }

  boolean binds() {
    return switch (files) {
      case AUTO -> engine.isLocal();
      case BIND -> true;
      case COPY -> false;
    };
  }

  /** Uid and gid to run as; empty for the image's own user. */
  Optional<String> userOf(ServerUser server) {
    boolean own =
        switch (user) {
          case AUTO -> !server.isRoot();
          case IMAGE -> false;
          case SERVER -> true;
        };
    return own ? Optional.of(server.uid() + ":" + server.gid()) : Optional.empty();
  }
}
