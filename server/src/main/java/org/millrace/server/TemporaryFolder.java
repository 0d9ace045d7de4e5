package org.millrace.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that is gone when it is closed. */
public record TemporaryFolder(Path path) implements AutoCloseable {

  /**
   * Below the folder for large temporary files, which is on a disk, unlike {@code /tmp} in places.
   */
  public static TemporaryFolder create(String name) throws IOException {
    Path parent = Path.of("/var/tmp");
    Path folder =
        Files.isWritable(parent)
            ? Files.createTempDirectory(parent, name)
            : Files.createTempDirectory(name);
    // The user that tasks run as must be able to pass through to its work area.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    return new TemporaryFolder(folder);
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      files.sorted(Comparator.reverseOrder()).forEach(TemporaryFolder::delete);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
