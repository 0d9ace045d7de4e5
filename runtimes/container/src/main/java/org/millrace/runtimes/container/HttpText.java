package org.millrace.runtimes.container;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/** As much of HTTP as a connection needs that no client library can have. */
final class HttpText {
  private static final int LONGEST_HEAD = 16 * 1024;

  private HttpText() {}

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The head of an answer, up to its empty line; no byte behind it is taken. */
  static String head(ReadableByteChannel channel) throws IOException {
    var head = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (head.length() < LONGEST_HEAD) {
      one.clear();
      if (channel.read(one) < 0) {
        throw new IOException("the engine closed the connection");
      }
      head.append((char) (one.get(0) & 0xff));
      if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
        return head.toString();
      }
    }
    throw new IOException("the engine answered with more than " + LONGEST_HEAD + " bytes of head");
  }

  /** The status of an answer. */
  static int status(String head) throws IOException {
    String[] words = head.split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[0-9]{3}")) {
      throw new IOException("what answers there does not speak HTTP");
    }
    return Integer.parseInt(words[1]);
  }
}
