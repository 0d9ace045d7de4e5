package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the names it is told over TCP. */
final class StartCounter implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  private final Map<String, Integer> starts = new ConcurrentHashMap<>();

  StartCounter() throws IOException {
    Thread.ofVirtual().start(this::listen);
  }

  int port() {
    return socket.getLocalPort();
  }

  Map<String, Integer> starts() {
    return starts;
  }

  private void listen() {
    while (!socket.isClosed()) {
      try (Socket one = socket.accept();
          var in =
              new BufferedReader(
                  new InputStreamReader(one.getInputStream(), StandardCharsets.UTF_8))) {
        String name = in.readLine();
        if (name != null) { // else it was stopped before it said anything
          starts.merge(name, 1, Integer::sum);
        }
      } catch (IOException closed) {
        assertThat(socket.isClosed()).as("%s", closed).isTrue();
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close(); // which ends the thread
  }
}
