package org.millrace.runtimes.steps;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes connections on loopback, and does with them what no decent service would do. */
final class RawService implements AutoCloseable {
  private final ServerSocket socket;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** What it does with a connection. */
  @FunctionalInterface
  interface Manner {
    void with(Socket connection) throws IOException, InterruptedException;
  }

  RawService(Manner manner) throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(manner));
  }

  /** Sends this and closes, once something came. */
  static RawService saying(String text) throws IOException {
    return new RawService(connection -> {
      connection.getInputStream().read(new byte[65_536]);
      connection.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      connection.close();
    });
  }

  int port() {
    return socket.getLocalPort();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  int connections() {
    return connections.get();
  }

  private void accept(Manner manner) {
    try {
      while (true) {
        Socket connection = socket.accept();
        open.add(connection);
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> behave(manner, connection));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private static void behave(Manner manner, Socket connection) {
    try {
      manner.with(connection);
    } catch (IOException left) {
      // the other side has had enough
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : open) {
      connection.close();
    }
  }
}
