package org.millrace.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * A disk of a few megabytes. Root alone can mount one; elsewhere the test says so and is skipped,
 * never in CI.
 */
public final class SmallDisk implements AutoCloseable {
  private static final byte[] CHUNK = new byte[1 << 12];
  private static final Duration LONGEST_UMOUNT = Duration.ofMinutes(1);

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Mounts one there; others may pass through it. */
  public static SmallDisk mount(Path folder, int megabytes) throws IOException {
    Files.createDirectories(folder);
    int code =
        run(
            List.of(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "mode=711,size=" + megabytes + "m",
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

  /** Where it is mounted. */
  public Path folder() {
    return folder;
  }

  /** Takes so much room. */
  public void fill(int megabytes) throws IOException {
    Files.write(filler(), new byte[megabytes << 20]);
  }

  /** Takes all the room there is now, to the last page. */
  public void fillUp() throws IOException {
    try (OutputStream filler =
        Files.newOutputStream(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (tookMore(filler)) {}
    }
  }

  private static boolean tookMore(OutputStream filler) {
    try {
      filler.write(CHUNK);
      return true;
    } catch (IOException _) { // full
      return false;
    }
  }

  /** Gives back what was taken. */
  public void makeRoom() throws IOException {
    Files.delete(filler());
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  /** What ran on it may need a moment to let go of it. */
  @Override
  public void close() throws IOException {
    List<String> umount = List.of("umount", folder.toString());
    long end = System.nanoTime() + LONGEST_UMOUNT.toNanos();
    int code = run(umount);
    while (code != 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(100_000_000);
      code = run(umount);
    }
    if (code != 0) {
      throw new AssertionError("umount " + folder + " ended with " + code);
    }
  }
}
