package org.millrace.http;

import java.io.IOException;
import java.io.OutputStream;

/** Bytes of known number that can be read from anywhere among them: a file, or a piece of one. */
public interface SizedContent {

  /** In bytes; asked once per answer. */
  long size();

  /** Writes {@code length} bytes from {@code first}, both within the size. */
  void copy(long first, long length, OutputStream out) throws IOException, InterruptedException;
}
