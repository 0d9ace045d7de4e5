package org.millrace.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Copies pieces of files, which may grow meanwhile. */
public final class FilePiece {
  private static final int BUFFER = 64 << 10;

  private FilePiece() {}

  /**
   * Copies what there is from a place on, at most so much; returns how many bytes that were.
   *
   * @throws InterruptedException when the thread is interrupted, which the file system reports as
   *     trouble of its own
   */
  public static long copy(Path file, long from, long most, OutputStream out)
      throws IOException, InterruptedException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, most));
    long left = most;
    try (FileChannel channel = FileChannel.open(file)) {
      channel.position(from);
      while (left > 0) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), left));
        if (channel.read(buffer) < 0) {
          break;
        }
        out.write(buffer.array(), 0, buffer.position());
        left -= buffer.position();
      }
    } catch (ClosedByInterruptException _) {
      Thread.interrupted(); // says the same
      throw new InterruptedException("interrupted while " + file + " was copied");
    }
    return most - left;
  }
}
