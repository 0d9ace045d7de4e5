package org.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;
import org.millrace.testkit.SmallDisk;

/** A server whose disk is full of what its own tasks have written. Nobody else makes room. */
final class FullDiskTest {
  private static final int DISK = 64;

  private TemporaryFolder temporary;
  private SmallDisk disk;

  @BeforeEach
  void mount() throws IOException {
    temporary = TemporaryFolder.create("millrace-test");
    disk = SmallDisk.mount(temporary.path().resolve("disk"), DISK);
  }

  @AfterEach
  void unmount() throws IOException {
    disk.close();
    temporary.close();
  }

  @Test
  void a_task_that_fills_the_disk_ends_and_the_next_one_runs() throws Exception {
    try (MillraceServer server = start()) {
      TaskId greedy = submit(server, "dd if=/dev/zero of=big bs=64k; sleep 1; exit 3");

      until("it has ended", () -> state(server, greedy).isFinal());
      until("its files are gone", () -> isReady(server));

      TaskId next = submit(server, "echo hello");
      until("the next one has ended", () -> state(server, next).isFinal());
      assertThat(state(server, next)).isEqualTo(TaskState.COMPLETE);
    }
  }

  @Test
  void a_task_that_never_stops_filling_the_disk_can_be_cancelled() throws Exception {
    try (MillraceServer server = start()) {
      TaskId tireless = submit(server, "while :; do dd if=/dev/zero bs=4k 2>/dev/null >>big; done");
      until("the disk is full", () -> usedAtLeast(DISK << 20));

      until("the cancellation is stored", () -> isCancelled(server, tireless));

      until("it has ended", () -> state(server, tireless) == TaskState.CANCELED);
      until("its files are gone, and there is room", () -> isReady(server));
    }
  }

  private static boolean isCancelled(MillraceServer server, TaskId id) {
    try {
      server.engine().cancelTask().cancel(id, Caller.ANONYMOUS);
      return true;
    } catch (Refusal _) { // the task was quicker; as a caller does, again
      return false;
    }
  }

  @Test
  void a_server_starts_on_a_full_disk_and_ends_what_fills_it() throws Exception {
    Path data = disk.folder().resolve("data");
    TaskId greedy;
    try (MillraceServer server = start()) {
      greedy = submit(server, "head -c 20000000 /dev/zero >big; sleep 600");
      until("it has written", () -> usedAtLeast(20_000_000 + ballast(data)));
    }
    disk.fillUp();

    try (MillraceServer server = start()) {
      assertThat(get(server, "/readyz")).contains("disk-full");
      server.engine().cancelTask().cancel(greedy, Caller.ANONYMOUS);
      until("it has ended", () -> state(server, greedy).isFinal());
      assertThat(state(server, greedy)).isEqualTo(TaskState.CANCELED);
      until("its files are gone, and there is room", () -> isReady(server));
    }
  }

  private long ballast(Path data) {
    try {
      return Files.size(data.resolve("ballast"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private boolean usedAtLeast(long bytes) {
    try {
      var store = Files.getFileStore(disk.folder());
      return store.getTotalSpace() - store.getUsableSpace() >= bytes;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private MillraceServer start() throws IOException {
    MillraceServer server =
        MillraceServer.open(
            ServerConfig.from(
                new Sources()
                    .flag("data", disk.folder().resolve("data").toString(), "test")
                    .flag("http.port", "0", "test")
                    .flag("runtimes.process", "allow", "test")
                    .flag("runtimes.disk-floor", "0", "test"))); // or no task could fill it
    server.start();
    return server;
  }

  private static TaskId submit(MillraceServer server, String script) throws Exception {
    String task =
        """
        {"executors": [{"image": "none", "command": ["sh", "-c", "%s"]}],
         "resources": {"backend_parameters": {"runtime": "process"}}}
        """
            .formatted(script);
    HttpRequest request =
        HttpRequest.newBuilder(at(server, "/v1/tasks"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(task))
            .build();
    String answer = send(request);
    assertThat(answer).contains("\"id\"");
    return new TaskId(answer.replaceAll("(?s).*\"id\"\\s*:\\s*\"([^\"]+)\".*", "$1"));
  }

  private static TaskState state(MillraceServer server, TaskId id) {
    return server.engine().views().find(id, Caller.ANONYMOUS).task().state();
  }

  private static boolean isReady(MillraceServer server) {
    try {
      return get(server, "/readyz").contains("\"store\":{\"ready\":true}");
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String get(MillraceServer server, String path)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(at(server, path)).build());
  }

  private static String send(HttpRequest request) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  private static URI at(MillraceServer server, String path) {
    return server.listening().getFirst().resolve(path);
  }

  private static void until(String what, BooleanSupplier isSo) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within a minute: " + what).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
