package org.millrace.checks.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A folder for a server under test, gone when it is closed. Not JUnit's: a work area holds links to
 * the host's files, and the user that tasks run as must be able to pass through to it.
 */
record DataFolder(Path path) implements AutoCloseable {

  static DataFolder create() throws IOException {
    Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "millrace-test");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    return new DataFolder(folder);
  }

  @Override
  public void close() throws IOException {
    int code =
        new ProcessBuilder("rm", "-rf", path.toString())
            .inheritIO()
            .start()
            .onExit()
            .join()
            .exitValue();
    if (code != 0) {
      throw new IOException("could not remove " + path);
    }
  }
}
