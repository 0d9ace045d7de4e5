package org.millrace.engine.staging;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.millrace.domain.failure.Cause;

/** What the host's disk has to do with a failure. */
public final class Disk {
  private static final long NOTHING_LEFT = 64 * 1024;

  private Disk() {}

  /** Whether something could not be written because there is no room left in a folder. */
  public static boolean isFull(IOException failed, Path folder) {
    String reason = reason(failed);
    return failed instanceof BelowFloor
        || reason.contains("No space left on device")
        || reason.contains("Disk quota exceeded")
        || usableBytes(folder)
            .filter(bytes -> bytes < NOTHING_LEFT)
            .isPresent(); // the reason may be in any language
  }

  /** The cause to give when {@link #isFull}. */
  public static Cause full(String when) {
    return new Cause(
        "disk-full",
        "no space left on the disk of the work folder " + when,
        "free space there, or move it to a larger disk with runtimes.work-folder");
  }

  /**
   * Throws what {@link #isFull} knows when a folder's disk has less room than is to be left on it.
   */
  static void keepFree(Path folder, long bytes) throws IOException {
    if (bytes > 0 && usableBytes(folder).filter(usable -> usable < bytes).isPresent()) {
      throw new BelowFloor(bytes);
    }
  }

  /** There is room, and it is to be left. */
  private static final class BelowFloor extends IOException {
    private static final long serialVersionUID = 1L;

    BelowFloor(long bytes) {
      super("less than " + bytes + " bytes would be left on the disk");
    }
  }

  /** Why a file operation failed, without the host's path, which means nothing to who reads it. */
  public static String reason(IOException failed) {
    String reason =
        failed instanceof FileSystemException file ? file.getReason() : failed.getMessage();
    return reason == null ? failed.getClass().getSimpleName() : reason;
  }

  private static Optional<Long> usableBytes(Path folder) {
    try {
      return Optional.of(Files.getFileStore(folder).getUsableSpace());
    } catch (IOException unknown) {
      return Optional.empty(); // then the reason has to do
    }
  }
}
