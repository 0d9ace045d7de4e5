package org.millrace.server.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** A port at which a broker is to be found. */
final class AmqpPort {
  private static final byte[] HELLO = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  private static final int MOST_SILENT_MILLIS = 1_000;
  private static final int BETWEEN_LOOKS_MILLIS = 10;

  private AmqpPort() {}

  /** One that is free now, on loopback. */
  static int free() throws IOException {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /**
   * Returns when somebody there answers the header of AMQP 0-9-1 with a method.
   *
   * @param broker whose end ends the waiting
   * @return whether that came to pass within so many seconds, while the broker lived
   */
  static boolean awaitGreeting(String host, int port, Process broker, long mostSeconds)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(mostSeconds);
    while (!greets(host, port)) {
      if (System.nanoTime() > end || broker.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }

  private static boolean greets(String host, int port) {
    try (var socket = new Socket(host, port)) {
      socket.setSoTimeout(MOST_SILENT_MILLIS);
      socket.getOutputStream().write(HELLO);
      return socket.getInputStream().read() == 1; // a method follows
    } catch (IOException notYet) {
      return false;
    }
  }
}
