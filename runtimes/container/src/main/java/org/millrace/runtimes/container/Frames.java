package org.millrace.runtimes.container;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.millrace.engine.views.LogFolder.Stream;

/**
 * Takes apart what the engine sends when it sends both streams at once: frames of eight bytes
 * (stream, three zeros, length) and the stream's bytes.
 */
final class Frames {
  private static final int AT_ONCE = 64 * 1024;

  private Frames() {}

  /** Where the bytes of the two streams go. */
  interface Sink {
    void write(Stream stream, byte[] bytes, int length) throws IOException;
  }

  /**
   * Reads to the end.
   *
   * @throws EOFException when it ends within a frame
   */
  static void read(InputStream in, Sink sink) throws IOException {
    byte[] head = new byte[8];
    byte[] bytes = new byte[AT_ONCE];
    while (true) {
      int got = in.readNBytes(head, 0, head.length);
      if (got == 0) {
        return;
      }
      if (got < head.length) {
        throw new EOFException("a frame of the engine was cut");
      }
      Stream stream = head[0] == 2 ? Stream.STDERR : Stream.STDOUT;
      for (int left = ByteBuffer.wrap(head).getInt(4); left > 0; ) {
        int read = in.read(bytes, 0, Math.min(left, bytes.length));
        if (read < 0) {
          throw new EOFException("a frame of the engine was cut");
        }
        sink.write(stream, bytes, read);
        left -= read;
      }
    }
  }
}
