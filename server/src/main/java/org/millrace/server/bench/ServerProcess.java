package org.millrace.server.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, started as a user would. */
final class ServerProcess implements AutoCloseable {
  private static final String READY = "listening on ";
  private static final long MOST_SECONDS_FOR_A_BROKER = 60;

  private final Process process;
  private final Path log;
  private final BufferedReader output;
  private final URI address;
  private final Duration untilReady;

  private ServerProcess(
      Process process, Path log, BufferedReader output, URI address, Duration untilReady) {
    this.process = process;
    this.log = log;
    this.output = output;
    this.address = address;
    this.untilReady = untilReady;
  }

  /**
   * Starts a server on a free port of loopback; returns when it is ready. Its messages go to {@code
   * data/log}.
   */
  static ServerProcess start(Path data, String... settings) throws IOException {
    Files.createDirectories(data);
    List<String> command = new ArrayList<>(launcher());
    command.addAll(List.of("serve", "--port", "0", "--data", data.toString()));
    for (String setting : settings) {
      command.addAll(List.of("--set", setting));
    }
    long begin = System.nanoTime();
    Path log = data.resolve("log");
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    var output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = output.readLine();
    Duration taken = Duration.ofNanos(System.nanoTime() - begin);
    if (line == null || !line.startsWith(READY)) {
      process.destroy();
      throw new IOException("the server did not start; its last words are in " + log);
    }
    return new ServerProcess(
        process, log, output, URI.create(line.substring(READY.length())), taken);
  }

  /**
   * The launcher this process was started by, so that caches are used as a user has them; else this
   * very JVM.
   */
  private static List<String> launcher() {
    String script = System.getenv("MILLRACE_LAUNCHER");
    return script != null
        ? List.of(script)
        : List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "org.millrace.server.Main");
  }

  URI address() {
    return address;
  }

  /** From the start of the process until it said that it was ready. */
  Duration untilReady() {
    return untilReady;
  }

  /**
   * Returns when its embedded broker greets at this port.
   *
   * @throws IOException if it does not within a minute, or the server ends
   */
  void awaitBroker(int port) throws IOException, InterruptedException {
    if (!AmqpPort.awaitGreeting(address.getHost(), port, process, MOST_SECONDS_FOR_A_BROKER)) {
      throw new IOException(
          "no broker greets at "
              + address.getHost()
              + ":"
              + port
              + "; the server's log: "
              + Files.readString(log));
    }
  }

  /** Memory that the process has in use, bytes. */
  long residentBytes() throws IOException {
    return residentBytes(process.pid());
  }

  /** Memory that a process has in use, bytes. */
  static long residentBytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    output.close();
  }
}
