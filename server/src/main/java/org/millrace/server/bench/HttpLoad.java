package org.millrace.server.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Sends requests over keep-alive connections as fast as they are answered: a client that costs
 * little, because it runs on the cores that it measures. Bounded in connections and in time.
 */
final class HttpLoad {
  private final URI server;
  private final int connections;

  HttpLoad(URI server, int connections) {
    this.server = server;
    this.connections = connections;
  }

  /** What was measured. */
  static final class Measured {
    private final double perSecond;
    private final double[] sortedMillis;

    private Measured(double perSecond, double[] sortedMillis) {
      this.perSecond = perSecond;
      this.sortedMillis = sortedMillis;
    }

    /** Answers. */
    double perSecond() {
      return perSecond;
    }

    /** How long an answer took at most, in this share of all. */
    double percentile(double share) {
      int at = (int) Math.min(sortedMillis.length - 1, share * sortedMillis.length);
      return sortedMillis.length == 0 ? 0 : sortedMillis[at];
    }
  }

  /**
   * Runs for so long; every answer must be 200. {@code request} is called with a running number per
   * connection.
   */
  Measured run(Duration duration, IntFunction<byte[]> request)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    long begin = System.nanoTime();
    List<Future<double[]>> clients = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < connections; i++) {
        clients.add(threads.submit(() -> client(end, request)));
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    double[] all = new double[0];
    for (Future<double[]> client : clients) {
      all = joined(all, of(client));
    }
    Arrays.sort(all);
    return new Measured(all.length / seconds, all);
  }

  private static double[] of(Future<double[]> client) throws IOException, InterruptedException {
    try {
      return client.get();
    } catch (ExecutionException e) {
      throw new IOException("the load could not be sent: " + e.getCause(), e.getCause());
    }
  }

  private static double[] joined(double[] one, double[] other) {
    double[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private double[] client(long end, IntFunction<byte[]> request) throws IOException {
    double[] millis = new double[1024];
    int answered = 0;
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 8192);
      while (System.nanoTime() < end) {
        long begin = System.nanoTime();
        out.write(request.apply(answered));
        readAnswer(in);
        if (answered == millis.length) {
          millis = Arrays.copyOf(millis, millis.length * 2);
        }
        millis[answered++] = (System.nanoTime() - begin) / 1e6;
      }
    }
    return Arrays.copyOf(millis, answered);
  }

  private static void readAnswer(InputStream in) throws IOException {
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException("expected 200, got " + status);
    }
    long length = -1;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Long.parseLong(header.substring("content-length:".length()).strip());
      }
    }
    if (length < 0) {
      throw new IOException("an answer without a length");
    }
    in.skipNBytes(length);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder(64);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** A whole request. */
  static byte[] request(String method, String path, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: "
            + content.length
            + "\r\n\r\n";
    byte[] first = head.getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(first, first.length + content.length);
    System.arraycopy(content, 0, whole, first.length, content.length);
    return whole;
  }
}
