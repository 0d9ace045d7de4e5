package org.millrace.http;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the body of an answer, on the thread of the request. */
@FunctionalInterface
public interface BodyWriter {

  /**
   * Writes all of it; the server closes the stream. What is thrown before the first byte left is
   * answered as an error, after it the connection is cut, so that the client does not take half an
   * answer for a whole one.
   *
   * @throws ClientGone from the stream; let it pass
   */
  void writeTo(OutputStream out) throws IOException, InterruptedException;
}
