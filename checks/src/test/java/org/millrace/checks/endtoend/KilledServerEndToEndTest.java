package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The server dies with 1,000 tasks queued and 20 running, again and again; in the end many of those
 * that wait are cancelled. How often: {@code -Dmillrace.kills}. Each task's executor says its name
 * to a counter of the test, so that one that ran twice is seen.
 */
@Order(1) // one of the long ones
class KilledServerEndToEndTest {
  private static final int KILLS = Integer.getInteger("millrace.kills", 5);
  private static final int QUEUED = 1_000;
  private static final int RUNNING = 20;
  private static final int CLIENTS = 16;
  private static final int SPARE = 50;

  /** More than that, because one that ended leaves its slot empty for a moment. */
  private static final String SLOTS = "sandbox.slots=24";

  /** Of those that are left in the end only so many are run: the others would show no more. */
  private static final int LEFT_TO_RUN = 300;

  @Test
  void every_acknowledged_task_ends_none_runs_twice_nothing_is_left() throws Exception {
    List<String> acknowledged = new ArrayList<>();
    Random random = new Random(42);
    try (var folder = DataFolder.create();
        var counter = new StartCounter();
        var servers = new Servers(folder.path())) {
      Path data = folder.path();
      PackagedServer server = servers.start();
      for (int kill = 0; kill < KILLS; kill++) {
        fill(server, acknowledged, counter.port());
        PackagedServer current = server;
        PackagedServer.await(Duration.ofMinutes(1), () -> count(current, "in_flight") >= RUNNING);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(400)); // any moment of their lives
        server.kill();
        server = servers.start();
      }
      PackagedServer last = server;
      Set<String> cancelled = cancelMany(last, acknowledged);
      PackagedServer.await(
          Duration.ofMinutes(10), () -> count(last, "ready") + count(last, "in_flight") == 0);

      for (int number = 0; number < acknowledged.size(); number++) {
        JsonNode task = server.task(acknowledged.get(number));
        String state = task.path("state").asText();
        if (!cancelled.contains(acknowledged.get(number)) || !state.equals("CANCELED")) {
          assertThat(state).as("%s", task).isEqualTo("COMPLETE");
          assertThat(task.path("logs").path(0).path("logs").path(0).path("stdout").asText())
              .as("%s", task)
              .isEqualTo("done\n");
          assertThat(counter.starts()).as("%s", task).containsEntry("task-" + number, 1);
        }
      }
      assertThat(counter.starts())
          .allSatisfy((name, starts) -> assertThat(starts).as(name).isEqualTo(1));
      assertNothingLeft(data);
      server.close();
      // a supervisor that has noted the end of its task may still wait for the disk
      PackagedServer.await(Duration.ofMinutes(2), () -> nothingNames(data));
    }
  }

  /** Submits faster than tasks end, however busy the machine is, until enough of them wait. */
  private static void fill(PackagedServer server, List<String> acknowledged, int port)
      throws InterruptedException, ExecutionException {
    try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (int ready = count(server, "ready"); ready < QUEUED; ready = count(server, "ready")) {
        List<Callable<String>> submissions = new ArrayList<>();
        for (int number = 0; number < QUEUED - ready + SPARE; number++) {
          String task = task(acknowledged.size() + number, port);
          submissions.add(() -> server.submit(task));
        }
        for (Future<String> acknowledgement : clients.invokeAll(submissions)) {
          acknowledged.add(acknowledgement.get());
        }
      }
    }
  }

  /** Cancels the last ones, of which most still wait. */
  private static Set<String> cancelMany(PackagedServer server, List<String> acknowledged)
      throws IOException, InterruptedException {
    int from = acknowledged.size() - QUEUED + LEFT_TO_RUN;
    Set<String> cancelled = Set.copyOf(acknowledged.subList(from, acknowledged.size()));
    for (String id : cancelled) {
      if (server.task(id).path("state").asText().equals("QUEUED")) {
        server.cancel(id);
      }
    }
    return cancelled;
  }

  /**
   * One server after another on one folder; the last one is ended with the test, however that ends.
   */
  private static final class Servers implements AutoCloseable {
    private final Path data;
    private Optional<PackagedServer> last = Optional.empty();

    Servers(Path data) {
      this.data = data;
    }

    PackagedServer start() throws Exception {
      PackagedServer server =
          PackagedServer.start(
              data,
              Stream.concat(
                      Stream.of(Place.SANDBOX.settings()),
                      Stream.of(SLOTS, "logging.level=warn", "engine.sweep-every=2s"))
                  .toArray(String[]::new));
      last = Optional.of(server);
      return server;
    }

    @Override
    public void close() {
      last.ifPresent(PackagedServer::close);
    }
  }

  /** Says its name once, works a little, and says that it is done. */
  private static String task(int number, int port) {
    String script =
        "echo task-" + number + " >/dev/tcp/127.0.0.1/" + port + " && sleep 0.5 && echo done";
    return "{\"executors\": [{\"image\": \"debian\", \"command\": [\"bash\", \"-c\", \""
        + script
        + "\"]}]}";
  }

  private static int count(PackagedServer server, String what) {
    try {
      for (JsonNode lane : server.get("/api/v1/lanes").path("lanes")) {
        if (lane.path("name").asText().equals("sandbox")) {
          return lane.path(what).asInt();
        }
      }
      throw new IllegalStateException("no lane 'sandbox'");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertNothingLeft(Path data) throws IOException, InterruptedException {
    PackagedServer.await(Duration.ofMinutes(2), () -> attempts(data).isEmpty());
  }

  /** Whether no process is left that was started with this folder. */
  private static boolean nothingNames(Path data) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .noneMatch(line -> line.contains(data.toString()));
  }

  private static List<Path> attempts(Path data) {
    try (Stream<Path> files = Files.list(data.resolve("work/attempts/sandbox"))) {
      return files.toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
