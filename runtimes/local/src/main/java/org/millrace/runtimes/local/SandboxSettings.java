package org.millrace.runtimes.local;

import java.nio.file.Path;
import java.util.List;

/**
 * What the sandbox alone has.
 *
 * @param network whether tasks reach the host's network
 * @param programs further folders of the host that tasks see, read-only, beside {@code /usr}
 */
public record SandboxSettings(Network network, List<Path> programs) {

  /** No network, and no more than the host's usual programs. */
  public static final SandboxSettings DEFAULT = new SandboxSettings(Network.NONE, List.of());

  /** What of the network a task sees. */
  public enum Network {
    /** Only itself. */
    NONE,
    /** All that the host sees, its loopback included. */
    HOST
  }

  public SandboxSettings {
    programs = List.copyOf(programs);
    for (Path program : programs) {
      if (!program.isAbsolute() || program.getNameCount() == 0) {
        throw new IllegalArgumentException(
            "sandbox.programs: absolute folders, not '" + program + "'");
      }
    }
  }
}
