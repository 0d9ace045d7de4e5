package org.millrace.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A disk of a few megabytes. Root alone can mount one; elsewhere the test says so and is skipped,
 * never in CI.
 */
final class SmallDisk implements AutoCloseable {
  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  static SmallDisk mount(Path folder, int megabytes) throws IOException {
    Files.createDirectories(folder);
    int code =
        run(
            List.of(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=" + megabytes + "m",
                "tmpfs",
                folder.toString()));
    if (code != 0) {
      String reason =
          "a small disk cannot be mounted here (mount ended with " + code + "): not root?";
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(reason);
      }
      Assumptions.abort(reason);
    }
    return new SmallDisk(folder);
  }

  private static int run(List<String> command) throws IOException {
    return new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
  }

  Path folder() {
    return folder;
  }

  /** Takes so much room. */
  void fill(int megabytes) throws IOException {
    Files.write(ballast(), new byte[megabytes << 20]);
  }

  /** Gives back what {@link #fill} took. */
  void makeRoom() throws IOException {
    Files.delete(ballast());
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  @Override
  public void close() throws IOException {
    int code = run(List.of("umount", folder.toString()));
    if (code != 0) {
      throw new AssertionError("umount " + folder + " ended with " + code);
    }
  }
}
