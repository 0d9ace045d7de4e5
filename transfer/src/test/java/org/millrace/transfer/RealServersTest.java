package org.millrace.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.millrace.transfer.Fixtures.CLOCK;
import static org.millrace.transfer.Fixtures.CONFIG;
import static org.millrace.transfer.Fixtures.address;
import static org.millrace.transfer.Fixtures.chance;
import static org.millrace.transfer.Fixtures.clients;
import static org.millrace.transfer.Fixtures.failure;
import static org.millrace.transfer.Fixtures.source;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer.Entry;

/**
 * Against servers that people really have: nginx and Python's. Skipped with a word where they are
 * not installed.
 */
final class RealServersTest {
  private static final List<String> NAMES =
      List.of(
          "a.txt",
          "b c.txt",
          "sub/deep/d#1.txt",
          "sub/ü.txt",
          "x&y.txt",
          "100%.txt",
          "q?.txt",
          "e:f.txt");
  private final HttpClients clients = clients(CONFIG.withPutHosts(Set.of("localhost")));
  private final HttpTransfer transfer =
      new HttpTransfer(clients, new Fixtures.NoSleep(), CLOCK, chance());
  private final List<Process> started = new ArrayList<>();
  @TempDir Path dir;
  private Path files;

  @BeforeEach
  void makeFiles() throws IOException {
    files = Files.createDirectories(dir.resolve("www/files"));
    Files.writeString(dir.resolve("www/outside.txt"), "outside");
    for (String name : NAMES) {
      Files.createDirectories(files.resolve(name).getParent());
      Files.writeString(files.resolve(name), "content of " + name);
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    clients.close();
    for (Process process : started) {
      process.destroy();
      process.waitFor();
    }
  }

  private static Optional<Path> program(String name) {
    String path =
        System.getenv("PATH") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/sbin";
    for (String folder : path.split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return Optional.of(Path.of(folder, name));
      }
    }
    return Optional.empty();
  }

  /** Skips the test where the program is missing; in CI it must be there. */
  private static Path installed(String name) {
    Optional<Path> program = program(name);
    if (System.getenv("CI") == null) {
      assumeTrue(program.isPresent(), name + " is not installed: apt-get install " + name);
    }
    return program.orElseThrow(() -> new AssertionError(name + " is not installed"));
  }

  /** None of those that the kernel gives to whoever asks for any, between this and its use. */
  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
      try (ServerSocket _ = new ServerSocket(port, 1, address("127.0.0.1"))) {
        return port;
      } catch (BindException _) {
        // somebody else's
      }
    }
  }

  private void start(int port, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile())
            .start();
    started.add(process);
    for (long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        System.nanoTime() < end; ) {
      assertThat(process.isAlive()).as("the server runs").isTrue();
      try (Socket _ = new Socket(address("127.0.0.1"), port)) {
        return;
      } catch (IOException _) {
        process.waitFor(20, TimeUnit.MILLISECONDS); // not yet
      }
    }
    throw new AssertionError("the server did not start: " + Files.readString(dir.resolve("log")));
  }

  private String nginx(String more) throws Exception {
    Path nginx = installed("nginx");
    int port = freePort();
    Files.createDirectories(dir.resolve("tmp"));
    Files.writeString(
        dir.resolve("nginx.conf"),
        """
        daemon off; master_process off; pid %1$s/nginx.pid; error_log %1$s/error.log;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/tmp; proxy_temp_path %1$s/tmp; fastcgi_temp_path %1$s/tmp;
          uwsgi_temp_path %1$s/tmp; scgi_temp_path %1$s/tmp;
          server { listen 127.0.0.1:%2$d; root %1$s/www; charset utf-8; %3$s }
        }
        """
            .formatted(dir, port, more));
    start(port, nginx.toString(), "-p", dir.toString(), "-c", dir.resolve("nginx.conf").toString());
    return "http://127.0.0.1:" + port;
  }

  private void assertListedAndFetched(String folder) throws Exception {
    List<Entry> entries = transfer.list(folder, 100);
    assertThat(entries).extracting(Entry::path).containsExactlyInAnyOrderElementsOf(NAMES);
    for (Entry entry : entries) {
      Fixtures.Kept kept = new Fixtures.Kept();
      transfer.fetch(entry.url(), kept, Progress.NONE);
      assertThat(kept.text()).isEqualTo("content of " + entry.path());
    }
  }

  @Test
  void pythons_server_lists_and_serves() throws Exception {
    Path python = installed("python3");
    int port = freePort();
    start(
        port,
        python.toString(),
        "-m",
        "http.server",
        Integer.toString(port),
        "--bind",
        "127.0.0.1",
        "--directory",
        dir.resolve("www").toString());
    assertListedAndFetched("http://127.0.0.1:" + port + "/files");
    assertListedAndFetched("http://127.0.0.1:" + port + "/files/");
    assertThat(
            failure(() ->
                    transfer.fetch(
                        "http://127.0.0.1:" + port + "/no", new Fixtures.Kept(), Progress.NONE))
                .why()
                .code())
        .isEqualTo("input-not-found");
  }

  @Test
  void nginx_lists_and_serves() throws Exception {
    String base = nginx("autoindex on;");
    assertListedAndFetched(base + "/files");
    assertListedAndFetched(base + "/files/");
  }

  @Test
  void nginx_lists_in_json() throws Exception {
    assertListedAndFetched(nginx("autoindex on; autoindex_format json;") + "/files/");
  }

  @Test
  void nginx_that_compresses_sends_files_as_they_are() throws Exception {
    String base = nginx("gzip on; gzip_min_length 1; gzip_types *;");
    Fixtures.Kept kept = new Fixtures.Kept();
    Fixtures.Heard heard = new Fixtures.Heard();
    transfer.fetch(base + "/files/a.txt", kept, heard);
    assertThat(kept.text()).isEqualTo("content of a.txt");
    assertThat(heard.files).containsExactly(base + "/files/a.txt 16");
  }

  @Test
  void nginx_takes_files_by_put_and_refuses_long_ones() throws Exception {
    String base =
        nginx("dav_methods PUT; create_full_put_path on; client_max_body_size 1m;")
            .replace("127.0.0.1", "localhost");
    transfer.store(
        source("a b.txt", "text"), transfer.below(base + "/out", "x/a b.txt"), Progress.NONE);
    assertThat(dir.resolve("www/out/x/a b.txt")).hasContent("text");
    assertThat(
            failure(() ->
                    transfer.store(source("f", new byte[64 << 20]), base + "/out/f", Progress.NONE))
                .why()
                .code())
        .isEqualTo("output-too-large");
  }
}
