package org.millrace.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connection on which a test says exactly which bytes it sends, and sees exactly which come back.
 */
final class Wire implements AutoCloseable {
  private static final int MOST_WAIT_MILLIS = 20_000;
  private final Socket socket;
  private final InputStream in;
  private boolean withinBody;

  private Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(MOST_WAIT_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static Wire to(URI address) throws IOException {
    return new Wire(new Socket(address.getHost(), address.getPort()));
  }

  /** One request on a connection of its own. */
  static Reply ask(URI address, String request) throws IOException {
    try (Wire wire = to(address)) {
      return wire.send(request).reply();
    }
  }

  Wire send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  Wire send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Closes its half of the connection. */
  void sendNoMore() throws IOException {
    socket.shutdownOutput();
  }

  /** Ends the connection with a reset, as a crash does. */
  void breakOff() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** What came back; the body read as UTF-8. */
  record Reply(int status, String version, List<Header> headers, String text) {
    Optional<String> header(String name) {
      return headers.stream()
          .filter(h -> h.name().equalsIgnoreCase(name))
          .map(Header::value)
          .findFirst();
    }
  }

  /** The next whole reply, body included. */
  Reply reply() throws IOException {
    Reply head = head();
    return new Reply(head.status(), head.version(), head.headers(), body(head));
  }

  /** The reply to HEAD. */
  Reply head() throws IOException {
    String[] statusLine = line().split(" ", 3);
    var headers = new ArrayList<Header>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return new Reply(Integer.parseInt(statusLine[1]), statusLine[0], headers, "");
  }

  /**
   * One chunk of a chunked body; empty at its end. The line end after it may come with the next.
   */
  String chunk() throws IOException {
    String size = withinBody ? line() + line() : line();
    int length = Integer.parseInt(size, 16);
    withinBody = length > 0;
    String chunk = new String(exactly(length), StandardCharsets.UTF_8);
    if (length == 0) {
      line();
    }
    return chunk;
  }

  /** Whether the server has closed the connection; waits for it, or for a byte. */
  boolean isClosed() throws IOException {
    return in.read() < 0;
  }

  private String body(Reply head) throws IOException {
    if (head.header("Transfer-Encoding").isPresent()) {
      var all = new StringBuilder();
      for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
        all.append(chunk);
      }
      return all.toString();
    }
    Optional<String> length = head.header("Content-Length");
    boolean none = head.status() == 204 || head.status() == 304;
    if (length.isEmpty()) {
      return none ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return new String(exactly(Integer.parseInt(length.get())), StandardCharsets.UTF_8);
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException(
          "the connection ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection ended after '" + line + "'");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
