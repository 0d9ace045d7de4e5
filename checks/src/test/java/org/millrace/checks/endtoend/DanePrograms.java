package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Workers and clients that use the {@code dane} package, each with a log of its own, in a folder
 * whose configuration leads them to one server.
 */
final class DanePrograms implements AutoCloseable {
  private static final Path SCRIPTS =
      Path.of(System.getProperty("millrace.root"), "checks/src/test/python");

  private final Path folder;
  private final String python;
  private final List<Process> started = new ArrayList<>();

  private DanePrograms(Path folder, String python) {
    this.folder = folder;
    this.python = python;
  }

  /** Starts nothing yet. */
  static DanePrograms in(Path folder, int broker, int search)
      throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("config.yml"),
        """
        RABBITMQ: {HOST: 127.0.0.1, PORT: %d}
        ELASTICSEARCH: {HOST: ["127.0.0.1"], PORT: %d}
        """
            .formatted(broker, search));
    return new DanePrograms(folder, DanePackage.python());
  }

  /** Starts a worker of this kind; returns when it has its queue. */
  Process startWorker(String kind, String name) throws IOException, InterruptedException {
    Process worker = start(name, "dane_worker.py", kind);
    awaitLine(name, "ready");
    return worker;
  }

  Process start(String name, String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(python, SCRIPTS.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log(name).toFile())
            .start();
    started.add(process);
    return process;
  }

  /** Returns when it has ended, and ended well. */
  void run(String name, String script, String... arguments)
      throws IOException, InterruptedException {
    int code = start(name, script, arguments).waitFor();
    assertThat(code).as(said(name)).isZero();
  }

  void awaitLine(String name, String line) throws InterruptedException {
    PackagedServer.await(Duration.ofMinutes(5), () -> said(name).lines().anyMatch(line::equals));
  }

  String said(String name) {
    try {
      return Files.readString(log(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  /** Lets moody workers work from now on. */
  void makeWilling() throws IOException {
    Files.createFile(folder.resolve("willing"));
  }

  /** What follows this word on lines that begin with it, the first first. */
  List<String> told(String name, String word) {
    String before = word + " ";
    return said(name)
        .lines()
        .filter(line -> line.startsWith(before))
        .map(line -> line.substring(before.length()))
        .toList();
  }

  @Override
  public void close() {
    started.forEach(process -> process.destroyForcibly().onExit().join());
  }
}
