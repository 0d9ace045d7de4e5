package org.millrace.runtimes.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Programs of the host that the runtimes are made of. */
record HostPrograms(List<Path> folders) {
  static final HostPrograms USUAL =
      new HostPrograms(
          List.of(
              Path.of("/usr/local/bin"),
              Path.of("/usr/bin"),
              Path.of("/bin"),
              Path.of("/usr/sbin")));

  Optional<Path> find(String name) {
    return folders.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The program's path, or its bare name, which fails with a message of its own when it is run. */
  String path(String name) {
    return find(name).map(Path::toString).orElse(name);
  }
}
