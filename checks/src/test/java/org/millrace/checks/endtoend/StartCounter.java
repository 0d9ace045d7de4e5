package org.millrace.checks.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Counts the names it is told over TCP, one connection after the other. */
final class StartCounter implements AutoCloseable {
  private static final String ALL_BEFORE = "all before me are counted";

  private final ServerSocket socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  private final Map<String, Integer> starts = new ConcurrentHashMap<>();
  private final FutureTask<Void> listening =
      new FutureTask<>(() -> {
        listen();
        return null;
      });

  StartCounter() throws IOException {
    Thread.ofVirtual().start(listening);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** How often each name was told by connections that were made before this is asked. */
  Map<String, Integer> starts() throws IOException {
    try (var last = new Socket(socket.getInetAddress(), port())) {
      last.getOutputStream().write((ALL_BEFORE + "\n").getBytes(StandardCharsets.UTF_8));
      last.setSoTimeout(60_000);
      if (last.getInputStream().read() != -1) {
        throw new IOException("a counter says nothing");
      }
    }
    return Map.copyOf(starts);
  }

  private void listen() throws IOException {
    while (true) {
      Socket one;
      try {
        one = socket.accept();
      } catch (IOException failed) {
        if (socket.isClosed()) {
          return;
        }
        throw failed;
      }
      count(one);
    }
  }

  private void count(Socket connection) {
    try (connection;
        var in =
            new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      String name = in.readLine();
      if (name != null && !name.equals(ALL_BEFORE)) { // none if it was stopped before
        starts.merge(name, 1, Integer::sum);
      }
    } catch (IOException _) {
      // A program that was killed while it spoke: it did not say who it is. Others go on.
    }
  }

  /**
   * Ends the counting.
   *
   * @throws IllegalStateException if it had failed before: then nothing that it told is worth much
   */
  @Override
  public void close() throws IOException {
    socket.close(); // which ends the thread
    try {
      listening.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the counter had ended", interrupted);
    } catch (ExecutionException failed) {
      throw new IllegalStateException("the counter failed", failed.getCause());
    }
  }
}
