package org.millrace.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the size it had when it was asked for. */
record FileContent(Path file, long size) implements SizedContent {
  private static final int BUFFER = 64 << 10;

  static FileContent of(Path file) throws IOException {
    return new FileContent(file, Files.size(file));
  }

  @Override
  public void copy(long first, long length, OutputStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try (SeekableByteChannel channel = FileChannel.open(file)) {
      channel.position(first);
      for (long left = length; left > 0; left -= buffer.position()) {
        buffer.clear().limit((int) Math.min(BUFFER, left));
        if (channel.read(buffer) < 0) {
          throw new EOFException(file + " became shorter while it was sent");
        }
        out.write(buffer.array(), 0, buffer.position());
      }
    }
  }
}
