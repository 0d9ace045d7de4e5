package org.millrace.http;

import java.io.IOException;

/** A stream has been told to end, so nothing more is written to it. */
final class StreamEnded extends IOException {
  private static final long serialVersionUID = 1L;

  StreamEnded() {
    super("the stream has been told to end");
  }
}
