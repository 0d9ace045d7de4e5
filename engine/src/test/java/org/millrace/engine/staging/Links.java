package org.millrace.engine.staging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Links that tests plant. */
final class Links {
  private Links() {}

  /** Removes them, for JUnit warns of each that it finds leading out of a temporary folder. */
  static void removeBelow(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path link : paths.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }
}
