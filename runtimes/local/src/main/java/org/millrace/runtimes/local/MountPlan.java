package org.millrace.runtimes.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a task sees at which path. Its own folder is the root, so that whatever it writes, wherever,
 * is in that folder; laid over it, read-only, are the host's programs, a small {@code /etc} and the
 * kernel's own trees. Pure.
 *
 * @param host where programs are
 * @param etc a folder made for tasks, shown as {@code /etc}
 * @param resolver a file of the host, shown as {@code /etc/resolv.conf}
 */
record MountPlan(HostFolders host, Path etc, Optional<Path> resolver) {
  private static final List<String> KERNEL = List.of("/proc", "/dev");

  /** The arguments of bubblewrap for a task's root. */
  List<String> arguments(Path root) {
    var arguments = new ArrayList<>(List.of("--bind", root.toString(), "/"));
    for (String folder : host.folders()) {
      arguments.addAll(List.of("--ro-bind", folder, folder));
    }
    arguments.addAll(List.of("--ro-bind", etc.toString(), "/etc"));
    resolver.ifPresent(
        file -> arguments.addAll(List.of("--ro-bind-try", file.toString(), "/etc/resolv.conf")));
    arguments.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    return arguments;
  }

  /** Where a task can have nothing of its own. */
  List<String> closedPaths() {
    return Stream.of(
            host.folders().stream(),
            host.links().keySet().stream().sorted(),
            Stream.of("/etc"),
            KERNEL.stream())
        .flatMap(paths -> paths)
        .toList();
  }

  /** Whether a path lies in what is not the task's own. */
  boolean isClosed(String path) {
    Path wanted = Path.of(path).normalize();
    return closedPaths().stream().anyMatch(wanted::startsWith);
  }
}
