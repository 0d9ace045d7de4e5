package org.millrace.store.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;

/**
 * Keeps a data folder to one server. The system lets go of it when the process ends, however it
 * ends.
 */
final class FolderLock implements AutoCloseable {

  // Closing any channel to a file drops all locks that the process has on it, so a second look
  // within this process must not even open the file.
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Takes the folder, which exists.
   *
   * @throws Refusal {@code Conflict}, if another server has it; {@code Unavailable}, if its lock
   *     file cannot be used
   */
  static FolderLock take(Path given) {
    try {
      Path folder = given.toRealPath();
      if (!OURS.add(folder)) {
        throw taken(folder, "this process");
      }
      try {
        return new FolderLock(folder, lock(folder));
      } catch (IOException | RuntimeException notOurs) {
        OURS.remove(folder);
        throw notOurs;
      }
    } catch (IOException unusable) {
      throw Faults.notOpened(given, unusable);
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    Path file = folder.resolve("millrace.lock");
    OwnersFile.makeOrClose(file); // else anybody could hold it, and no server would start
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) == null) {
        throw taken(folder, "process " + Files.readString(file).strip());
      }
      channel.write(inPlace(ProcessHandle.current().pid()), 0);
      return channel;
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }

  /** As long as every other one, so that on a full disk it needs no more room than is there. */
  private static ByteBuffer inPlace(long pid) {
    return ByteBuffer.wrap("%-20d".formatted(pid).getBytes(StandardCharsets.US_ASCII));
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) { // taken by other code in this process
      return null;
    }
  }

  private static Refusal taken(Path folder, String by) {
    return new Refusal(
        new Failure.Conflict(
            "the data folder %s is in use by another server (%s): stop that one, or give this one another folder"
                .formatted(folder, by)));
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) { // else somebody else may have the folder by now
      channel.close();
      OURS.remove(folder);
    }
  }
}
