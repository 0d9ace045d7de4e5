package org.millrace.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the size it had when it was asked for. */
record FileContent(Path file, long size) implements SizedContent {
  static FileContent of(Path file) throws IOException {
    return new FileContent(file, Files.size(file));
  }

  @Override
  public void copy(long first, long length, OutputStream out)
      throws IOException, InterruptedException {
    if (FilePiece.copy(file, first, length, out) < length) {
      throw new EOFException(file + " became shorter while it was sent");
    }
  }
}
