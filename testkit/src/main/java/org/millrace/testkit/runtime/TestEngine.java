package org.millrace.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.millrace.engine.staging.FolderRemoval;

/**
 * A {@code dockerd} of the tests' own on a socket in a temporary folder, with two images; one for
 * all tests of a JVM, stopped at its end. Thread-safe but for {@link #start} and what ends it.
 */
public final class TestEngine {
  /** Has a shell and the usual programs, and nothing besides. */
  public static final String BUSYBOX = "busybox:latest";

  /** Has files of its own in {@code /opt/kept} and {@code /srv}; declares volumes; is a user's. */
  public static final String FURNISHED = "furnished:1";

  private static final long MOST_SECONDS = 120;

  private final Path folder;
  private final List<String> options;

  private TestEngine(Path folder, List<String> options) {
    this.folder = folder;
    this.options = List.copyOf(options);
  }

  private static final class Shared {
    static final TestEngine ENGINE = start();

    private static TestEngine start() {
      try {
        Path folder = Files.createTempDirectory("millrace-engine");
        var engine = new TestEngine(folder, List.of());
        Runtime.getRuntime().addShutdownHook(new Thread(engine::stopAndRemove));
        engine.start();
        engine.makeImages();
        return engine;
      } catch (Exception failed) {
        throw new IllegalStateException("the tests' dockerd does not start", failed);
      }
    }
  }

  /** The engine of all tests that leave it alone. Skips where there is no dockerd; never in CI. */
  public static TestEngine shared() {
    needsDocker();
    return Shared.ENGINE;
  }

  /** One that a test may stop and start; it has the same images. */
  public static TestEngine own(Path folder, String... options) throws Exception {
    needsDocker();
    var engine = new TestEngine(folder, List.of(options));
    engine.start();
    engine.makeImages();
    return engine;
  }

  private static void needsDocker() {
    boolean there =
        Files.isExecutable(Path.of("/usr/sbin/dockerd"))
            && Files.isExecutable(Path.of("/bin/busybox"))
            && isRoot();
    Assumptions.assumeTrue(
        there || System.getenv("CI") != null,
        "needs root, dockerd and busybox: apt-get install docker.io busybox-static");
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException noProc) {
      return false; // and no Linux, which the engine needs
    }
  }

  /** Its address, as {@code container.host} takes it. */
  public String host() {
    return "unix://" + socket();
  }

  private Path socket() {
    return folder.resolve("s");
  }

  private Path pidFile() {
    return folder.resolve("pid");
  }

  /** Starts it, also after an end; returns when it answers. */
  public void start() throws Exception {
    Files.deleteIfExists(pidFile());
    List<String> command =
        new ArrayList<>(
            List.of(
                "setsid", // what is meant for the tests' terminal is not meant for it
                "/usr/sbin/dockerd",
                "--data-root",
                folder.resolve("data").toString(),
                "--exec-root",
                folder.resolve("exec").toString(),
                "-H",
                host(),
                "--pidfile",
                pidFile().toString(),
                "--iptables=false",
                "--shutdown-timeout=2"));
    command.addAll(options);
    if (options.stream().noneMatch(option -> option.startsWith("--bip"))) {
      command.add("--bridge=none");
    }
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
    Waiting.until(
        Duration.ofSeconds(MOST_SECONDS),
        () -> docker("version", "-f", "{{.Server.Version}}").matches("\\d.*"));
  }

  /** As an operator does it. */
  public void stop() throws Exception {
    end(false);
  }

  /** As a crash does it; its containerd goes along, what runs in containers may not. */
  public void kill() throws Exception {
    end(true);
  }

  private void end(boolean atOnce) throws Exception {
    if (!Files.exists(pidFile())) {
      return;
    }
    long pid = Long.parseLong(Files.readString(pidFile()).strip());
    ProcessHandle.of(pid)
        .ifPresent(atOnce ? ProcessHandle::destroyForcibly : ProcessHandle::destroy);
    Waiting.until(
        Duration.ofSeconds(MOST_SECONDS),
        () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    Path containerd = folder.resolve("exec/containerd/containerd.pid");
    if (Files.exists(containerd)) {
      long child = Long.parseLong(Files.readString(containerd).strip());
      ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
      Files.deleteIfExists(containerd); // a zombie that nobody buries would pass for alive
    }
  }

  /** Ends it with all it has, its folder included. */
  public void stopAndRemove() {
    try {
      docker("ps", "-aq").lines().forEach(id -> docker("rm", "-f", "-v", id));
      stop();
      unmountBelow(folder);
      FolderRemoval.remove(folder);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** What an engine left mounted in its folder: network namespaces after a crash, for one. */
  public static void unmountBelow(Path folder) throws IOException, InterruptedException {
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo")).reversed()) {
      String place = line.split(" ", -1)[4];
      if (place.startsWith(folder + "/")) {
        new ProcessBuilder("umount", "-l", place).start().waitFor(10, TimeUnit.SECONDS);
      }
    }
  }

  /** Runs the command line client; returns what it says. */
  public String docker(String... arguments) {
    return dockerWith(null, arguments);
  }

  private String dockerWith(@Nullable Path input, String... arguments) {
    var command = new ArrayList<>(List.of("docker", "-H", host()));
    command.addAll(List.of(arguments));
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      if (input != null) {
        builder.redirectInput(input.toFile());
      }
      Process process = builder.start();
      if (input == null) {
        process.getOutputStream().close();
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
      return said.strip();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interruption);
    }
  }

  private void makeImages() throws Exception {
    Path plain = folder.resolve("image-plain");
    busybox(plain);
    imported(plain, BUSYBOX);
    Path furnished = folder.resolve("image-furnished");
    busybox(furnished);
    Files.createDirectories(furnished.resolve("opt/kept/deep"));
    Files.createDirectories(furnished.resolve("opt/empty"));
    Files.createDirectories(furnished.resolve("srv"));
    Files.writeString(furnished.resolve("opt/kept/own"), "of the image\n");
    Files.writeString(furnished.resolve("opt/kept/deep/own"), "deep in the image\n");
    Files.writeString(furnished.resolve("srv/own"), "served\n");
    Files.createSymbolicLink(furnished.resolve("linked"), Path.of("opt/kept"));
    imported(furnished, FURNISHED);
  }

  /** Fills a folder with what {@link #BUSYBOX} has. */
  public static void busybox(Path root) throws IOException, InterruptedException {
    Path bin = Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String folder : List.of("tmp", "etc")) {
      Files.createDirectories(root.resolve(folder));
    }
    Files.setPosixFilePermissions(
        root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\nweak:x:1000:1000::/:\n");
    Process list = new ProcessBuilder("/bin/busybox", "--list").start();
    for (String name :
        new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
      if (!name.equals("busybox")) {
        Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
      }
    }
    list.waitFor();
  }

  /** Makes another image like {@link #BUSYBOX}; {@code changes} are lines of a Dockerfile. */
  public void plain(String name, String... changes) throws Exception {
    imported(folder.resolve("image-plain"), name, changes);
  }

  /** Makes an image of a folder; {@code changes} are lines of a Dockerfile. */
  public void imported(Path root, String name, String... changes) throws Exception {
    Path tar = Files.createTempFile(folder, "image", ".tar");
    Process packed =
        new ProcessBuilder("tar", "-C", root.toString(), "-cf", tar.toString(), ".").start();
    assertThat(packed.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
    var arguments = new ArrayList<>(List.of("import"));
    for (String change : changes) {
      arguments.addAll(List.of("-c", change));
    }
    arguments.addAll(List.of("-", name));
    dockerWith(tar, arguments.toArray(String[]::new));
    assertThat(docker("images", "-q", name)).isNotEmpty();
    Files.delete(tar);
  }

  /** Makes an image for another kind of machine, whose only program this one cannot run. */
  public void foreign(String name) throws Exception {
    Path root = folder.resolve("image-foreign");
    Path program = Files.createDirectories(root.resolve("bin")).resolve("bad");
    Files.write(program, new byte[] {0x7f, 'E', 'L', 'F', 2, 2, 1, 0, 0, 0, 0, 0});
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    imported(root, name);
    Path saved = Files.createDirectory(folder.resolve("saved"));
    docker("save", "-o", saved.resolve("whole.tar").toString(), name);
    Process changed =
        new ProcessBuilder(
                "sh",
                "-c",
                "tar xf whole.tar && rm whole.tar"
                    + " && sed -i 's/\"amd64\"/\"s390x\"/; s/\"arm64\"/\"s390x\"/' *.json && tar cf"
                    + " ../foreign.tar *")
            .directory(saved.toFile())
            .start();
    assertThat(changed.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
    docker("rmi", name);
    docker("load", "-i", folder.resolve("foreign.tar").toString());
    assertThat(docker("inspect", "-f", "{{.Architecture}}", name)).isEqualTo("s390x");
    FolderRemoval.remove(saved);
  }

  /** Makes an image of {@link #FURNISHED} with other settings. */
  public void changed(String name, String... changes) throws Exception {
    imported(folder.resolve("image-furnished"), name, changes);
  }
}
