package org.millrace.runtimes.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.testkit.runtime.TestEngine;
import org.millrace.testkit.runtime.Waiting;

/**
 * A {@code podman system service} of a test's own: storage, state, locks and socket lie in its
 * folder, and no setting of this machine is read. It has one image, {@link TestEngine#BUSYBOX}.
 */
final class PodmanEngine {
  private static final long MOST_SECONDS = 60;

  /** In this order; the usual one refuses machines with control groups of both versions. */
  private static final List<String> PROGRAMS = List.of("crun", "runc");

  private final Path folder;
  private final String program;
  private @Nullable Process service;

  private PodmanEngine(Path folder, String program) {
    this.folder = folder;
    this.program = program;
  }

  /** What came of a command. */
  private record Said(int code, String words) {}

  /** Starts one. Skips, with Podman's own words, where it cannot run a container; never in CI. */
  static PodmanEngine start(Path folder) throws Exception {
    Assumptions.assumeTrue(
        isThere() || isRequired(),
        "needs root, podman and busybox: apt-get install podman runc busybox-static");
    configure(folder);
    try {
      return started(folder);
    } catch (Exception failed) {
      new PodmanEngine(folder, PROGRAMS.getLast()).stopAndRemove(); // a trial leaves mounts
      throw failed;
    }
  }

  private static PodmanEngine started(Path folder) throws Exception {
    List<String> objections = new ArrayList<>();
    for (String program : PROGRAMS) {
      var engine = new PodmanEngine(folder, program);
      engine.importImage();
      Said trial =
          engine.said(List.of("run", "--rm", "--network=none", TestEngine.BUSYBOX, "true"));
      if (trial.code() == 0) {
        engine.serve();
        return engine;
      }
      objections.add("with " + program + ": " + trial.words());
    }
    String none = "podman runs no container here " + objections;
    if (isRequired()) {
      throw new IllegalStateException(none);
    }
    return Assumptions.abort(none);
  }

  private static boolean isRequired() {
    return System.getenv("CI") != null;
  }

  private static boolean isThere() throws IOException {
    return Files.isExecutable(Path.of("/usr/bin/podman"))
        && Files.isExecutable(Path.of("/bin/busybox"))
        && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /** Limits that any machine allows; locks that no other Podman of this machine shares. */
  private static void configure(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("containers.conf"),
        """
        [containers]
        default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
        [engine]
        lock_type = "file"
        """);
    Files.writeString(folder.resolve("registries.conf"), "unqualified-search-registries = []\n");
  }

  private void importImage() throws Exception {
    Path root = folder.resolve("image");
    if (Files.exists(root)) {
      return;
    }
    TestEngine.busybox(root);
    Path tar = folder.resolve("image.tar");
    Process packed =
        new ProcessBuilder("tar", "-C", root.toString(), "-cf", tar.toString(), ".").start();
    if (!packed.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || packed.exitValue() != 0) {
      throw new IOException("tar ended with " + packed.exitValue());
    }
    podman("import", tar.toString(), TestEngine.BUSYBOX);
  }

  /** Starts the service, also after an end; returns when it answers. */
  void serve() throws Exception {
    service =
        builder(List.of("system", "service", "--time=0", host()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    Waiting.until(() -> ContainerRuntime.isThere(new EngineAddress(host())));
  }

  /** Its address, as {@code container.host} takes it. */
  String host() {
    return "unix://" + folder.resolve("s");
  }

  /** Runs Podman on the same storage; returns what it says. */
  String podman(String... arguments) throws Exception {
    Said said = said(List.of(arguments));
    if (said.code() != 0) {
      throw new IOException(
          "podman "
              + String.join(" ", arguments)
              + " ended with "
              + said.code()
              + ": "
              + said.words());
    }
    return said.words();
  }

  private Said said(List<String> arguments) throws IOException, InterruptedException {
    Path words = Files.createTempFile(folder, "said", ""); // a pipe would be read without a limit
    Process process =
        builder(arguments).redirectErrorStream(true).redirectOutput(words.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("podman took longer than " + MOST_SECONDS + " s: " + arguments);
    }
    return new Said(process.exitValue(), Files.readString(words).strip());
  }

  private ProcessBuilder builder(List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "podman",
                "--root=" + folder.resolve("storage"),
                "--runroot=" + folder.resolve("run"),
                "--tmpdir=" + folder.resolve("tmp"),
                "--storage-driver=vfs",
                "--cgroup-manager=cgroupfs",
                "--events-backend=file",
                "--runtime=" + program));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    builder.environment().put("CONTAINERS_CONF", folder.resolve("containers.conf").toString());
    builder
        .environment()
        .put("CONTAINERS_REGISTRIES_CONF", folder.resolve("registries.conf").toString());
    return builder;
  }

  /** Ends the service; containers go on without it, and it can be started again. */
  void stop() throws InterruptedException {
    if (service != null) {
      service.destroyForcibly().waitFor();
    }
  }

  /** Ends it with all it has, its folder included. */
  void stopAndRemove() {
    try {
      try {
        podman("rm", "--all", "--force", "--time=0");
      } finally {
        stop();
        TestEngine.unmountBelow(folder);
        FolderRemoval.remove(folder);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
