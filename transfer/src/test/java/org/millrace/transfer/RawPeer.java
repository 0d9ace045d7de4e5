package org.millrace.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A peer that speaks HTTP by hand, as badly as a test wants. Connections are served one after
 * another.
 */
final class RawPeer implements AutoCloseable {
  private final ServerSocket listener;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  final List<String> heads = new CopyOnWriteArrayList<>();

  /**
   * Counted down when the client has gone away from a connection that {@link #untilGone} watches.
   */
  final CountDownLatch gone = new CountDownLatch(1);

  /** One connection; {@code number} counts from 1. */
  interface Talk {
    void talk(RawPeer peer, Socket socket, int number) throws IOException, InterruptedException;
  }

  RawPeer(Talk talk) {
    try {
      listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException problem) {
      throw new IllegalStateException(problem);
    }
    threads.add(Thread.ofVirtual().start(() -> accept(talk)));
  }

  /** Reads one request's head on each connection, writes the text, and closes. */
  static RawPeer saying(String... answers) {
    return new RawPeer((peer, socket, number) -> {
      peer.head(socket);
      peer.say(socket, answers[Math.min(number, answers.length) - 1]);
    });
  }

  String url(String path) {
    return "http://127.0.0.1:" + listener.getLocalPort() + path;
  }

  int port() {
    return listener.getLocalPort();
  }

  int connections() {
    return sockets.size();
  }

  private void accept(Talk talk) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        int number = sockets.size();
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  try (socket) {
                    talk.talk(this, socket, number);
                  } catch (IOException | InterruptedException _) {
                    // the client went away, or the test is over
                  }
                }));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  /** Reads until the empty line; remembers and returns it. */
  String head(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int read = in.read();
      if (read < 0) {
        throw new IOException("no request");
      }
      head.append((char) read);
    }
    heads.add(head.toString());
    return head.toString();
  }

  /** Writes a text; {@code ~} stands for the end of a line. */
  void say(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Reads a body of the length that the head tells. */
  byte[] body(Socket socket, String head) throws IOException {
    int length = 0;
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    return socket.getInputStream().readNBytes(length);
  }

  /** Returns when the client has closed. */
  void untilGone(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        // whatever it still says
      }
    } finally {
      gone.countDown();
    }
  }

  /** Ends the connection with a reset. */
  static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException problem) {
      throw new IllegalStateException(problem);
    }
    threads.forEach(Thread::interrupt);
  }
}
