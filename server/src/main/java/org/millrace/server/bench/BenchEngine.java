package org.millrace.server.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.millrace.runtimes.container.ContainerRuntime;
import org.millrace.runtimes.container.EngineAddress;
import org.millrace.server.TemporaryFolder;

/**
 * The container engine that a measurement uses, with an image that has nothing but busybox: the one
 * that answers, else a {@code dockerd} of its own in a temporary folder, gone with it.
 */
final class BenchEngine implements AutoCloseable {
  /** Has {@code true}. */
  static final String IMAGE = "millrace-bench:1";

  private static final Path DOCKERD = Path.of("/usr/sbin/dockerd");
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final long MOST_SECONDS_TO_START = 30;
  private static final long MOST_SECONDS = 60;

  private final EngineAddress address;
  private final Optional<Own> own;

  private BenchEngine(EngineAddress address, Optional<Own> own) {
    this.address = address;
    this.own = own;
  }

  private record Own(Process dockerd, TemporaryFolder folder) {
    void end() throws IOException {
      dockerd.destroy();
      dockerd.onExit().completeOnTimeout(dockerd, MOST_SECONDS, TimeUnit.SECONDS).join();
      dockerd.destroyForcibly().onExit().join();
      folder.close();
    }
  }

  /**
   * Finds or starts one, and makes the image.
   *
   * @param usual where one may answer already
   * @throws IOException saying what this machine lacks
   */
  static BenchEngine open(EngineAddress usual) throws IOException, InterruptedException {
    if (!Files.isExecutable(BUSYBOX)) {
      throw new IOException(
          "no " + BUSYBOX + " to make an image of: apt-get install busybox-static");
    }
    var engine =
        ContainerRuntime.isThere(usual) ? new BenchEngine(usual, Optional.empty()) : started(usual);
    try {
      engine.makeImage();
      return engine;
    } catch (IOException | RuntimeException failed) {
      engine.close();
      throw failed;
    }
  }

  EngineAddress address() {
    return address;
  }

  private static BenchEngine started(EngineAddress usual) throws IOException, InterruptedException {
    if (!Files.isExecutable(DOCKERD) || !Files.isWritable(DOCKERD)) {
      throw new IOException(
          "no container engine answers at "
              + usual
              + ", and none can be started here: that needs root and dockerd (Debian: apt-get"
              + " install docker.io)");
    }
    BenchCommand.say("no container engine answers at " + usual + "; starting one");
    TemporaryFolder folder = TemporaryFolder.create("millrace-bench-engine");
    Path log = folder.path().resolve("log");
    var address = new EngineAddress("unix://" + folder.path().resolve("s"));
    Process dockerd =
        new ProcessBuilder(
                DOCKERD.toString(),
                "--data-root",
                folder.path().resolve("data").toString(),
                "--exec-root",
                folder.path().resolve("exec").toString(),
                "--pidfile",
                folder.path().resolve("pid").toString(),
                "-H",
                address.text(),
                "--bridge=none",
                "--iptables=false")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    var engine = new BenchEngine(address, Optional.of(new Own(dockerd, folder)));
    long begun = System.nanoTime();
    while (!ContainerRuntime.isThere(address)) {
      if (!dockerd.isAlive()
          || System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(MOST_SECONDS_TO_START)) {
        String words = Files.readString(log);
        engine.close();
        throw new IOException("dockerd did not start: " + words);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return engine;
  }

  private void makeImage() throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("millrace-bench-image")) {
      Path root = folder.path().resolve("root");
      Path program = Files.createDirectories(root.resolve("bin")).resolve("true");
      Files.copy(BUSYBOX, program);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path tar = folder.path().resolve("image.tar");
      run("tar", "-C", root.toString(), "-cf", tar.toString(), ".");
      docker("import", tar.toString(), IMAGE);
    }
  }

  private void docker(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker", "-H", address.text()));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + words.strip());
    }
  }

  /** Removes the image, and what was started for it. */
  @Override
  public void close() throws IOException {
    if (own.isPresent()) {
      own.get().end();
    } else {
      docker("rmi", IMAGE);
    }
  }
}
