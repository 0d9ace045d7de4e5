package org.millrace.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.millrace.http.SizedContent;

/**
 * A log, or its end, as it is at this moment.
 *
 * @param from where in the log it begins, in bytes
 */
record LogContent(Log log, long from, long size) implements SizedContent {
  private static final int BUFFER = 32 << 10;

  /** All of it, or so many bytes of its end; a character may be cut in two there. */
  static LogContent of(Log log, OptionalLong tail) throws IOException {
    long all =
        switch (log) {
          case Log.Whole(Path file) -> Files.size(file);
          case Log.Tail(String text) -> text.getBytes(StandardCharsets.UTF_8).length;
        };
    long size = Math.min(all, tail.orElse(all));
    return new LogContent(log, all - size, size);
  }

  @Override
  public void copy(long first, long length, OutputStream out) throws IOException {
    switch (log) {
      case Log.Whole(Path file) -> copy(file, from + first, length, out);
      case Log.Tail(String text) ->
          out.write(
              text.getBytes(StandardCharsets.UTF_8),
              Math.toIntExact(from + first),
              Math.toIntExact(length));
    }
  }

  /** Copies what there is from a place on, at most so much; returns how many bytes that were. */
  static long copy(Path file, long from, long most, OutputStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long left = most;
    try (FileChannel channel = FileChannel.open(file)) {
      channel.position(from);
      while (left > 0) {
        buffer.clear().limit((int) Math.min(BUFFER, left));
        if (channel.read(buffer) < 0) {
          break;
        }
        out.write(buffer.array(), 0, buffer.position());
        left -= buffer.position();
      }
    }
    return most - left;
  }
}
