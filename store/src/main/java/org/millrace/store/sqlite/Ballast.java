package org.millrace.store.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that takes up room while there is plenty, so that there is some to give up when the disk
 * is full: enough to store how what fills it ended. Used by one thread at a time.
 *
 * <p>It goes slice by slice: somebody else may be quicker to take what was given up, but not every
 * time.
 *
 * <p>It is written, not only sized, and with what no file system compresses; it need not be on disk
 * to hold its place, and is made anew when a crash has shortened it.
 */
final class Ballast {
  private static final Logger LOG = LoggerFactory.getLogger(Ballast.class);

  /** Of a small volume it takes no more than this part. */
  private static final int MOST_OF_VOLUME = 8;

  private static final int SLICES = 8;
  private static final int CHUNK = 1 << 20;

  private final Path file;
  private final long bytes;

  private Ballast(Path file, long bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /** That of a data folder, which exists; it is not made yet. */
  static Ballast of(SqliteConfig config) throws IOException {
    long volume = Files.getFileStore(config.folder()).getTotalSpace();
    long most = volume <= 0 ? Long.MAX_VALUE : volume / MOST_OF_VOLUME; // some do not tell
    return new Ballast(config.folder().resolve("ballast"), Math.min(config.ballast(), most));
  }

  /** How much is given up at once, in bytes. */
  long slice() {
    return Math.ceilDiv(bytes, SLICES);
  }

  /**
   * Makes it, or what is missing of it; what an earlier setting had too much goes. False if there
   * is not twice the room for that: taking the last of it would fill the disk again at once.
   */
  boolean make() {
    try {
      long is = size();
      if (is > bytes) {
        shortenTo(bytes);
        return true;
      }
      if (is == bytes) {
        return true;
      }
      if (Files.getFileStore(file.getParent()).getUsableSpace() < 2 * (bytes - is)) {
        return false;
      }
      fillFrom(is);
      return true;
    } catch (IOException unmade) {
      LOG.warn("the ballast {} cannot be made now: {}", file, unmade.toString());
      giveUpSlice();
      return false;
    }
  }

  private void fillFrom(long start) throws IOException {
    byte[] chunk = new byte[CHUNK];
    new Random(start).nextBytes(chunk);
    try (FileChannel channel = open()) {
      channel.position(start);
      for (long left = bytes - start; left > 0; left -= CHUNK) {
        ByteBuffer next = ByteBuffer.wrap(chunk, 0, (int) Math.min(CHUNK, left));
        while (next.hasRemaining()) {
          channel.write(next);
        }
      }
    }
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** Gives some of the room back; false if there was none to give. */
  boolean giveUpSlice() {
    try {
      long is = size();
      if (is == 0) {
        return false;
      }
      shortenTo(Math.max(0, is - Math.max(slice(), CHUNK)));
      return true;
    } catch (IOException kept) {
      LOG.warn("the ballast {} cannot be given up: {}", file, kept.toString());
      return false;
    }
  }

  /** Where deleting may need room, this does not. */
  private void shortenTo(long length) throws IOException {
    try (FileChannel channel = open()) {
      channel.truncate(length);
    }
  }

  private long size() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }
}
