package org.millrace.server.bench;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.millrace.server.TemporaryFolder;

/** What memory a server and its broker have in use when much is stored and much is out. */
final class DaneMemory {
  private static final int STORED = 1_000_000;
  private static final int OUT = 10_000;
  private static final int CLIENTS = 8;
  private static final String KEY = "MEMORY";
  private static final long MOST_SECONDS = 300;
  private static final long SETTLE_SECONDS = 10;

  private DaneMemory() {}

  /** The same result with the figures of memory. */
  static Result with(Result result, BenchBroker broker) throws IOException, InterruptedException {
    try (var folder = TemporaryFolder.create("millrace-bench");
        Connection connection = broker.connect("bench memory")) {
      Path data = folder.path().resolve("data");
      BenchCommand.say("storing " + STORED + " tasks");
      fill(data, broker);
      Channel channel = connection.createChannel();
      String queue = SdkWorkers.declare(channel, KEY);
      channel.queuePurge(queue);
      try (var server = DaneBench.server(data, broker, "lanes.dane.limit=" + OUT)) {
        long begun = System.nanoTime();
        while (channel.messageCount(queue) < OUT) {
          if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(MOST_SECONDS)) {
            throw new IOException("only " + channel.messageCount(queue) + " messages are out");
          }
          TimeUnit.MILLISECONDS.sleep(100);
        }
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS); // what a person sees who looks a moment later
        return with(result, server, broker.residentBytes());
      } finally {
        channel.queueDelete(queue);
      }
    }
  }

  private static Result with(Result result, ServerProcess server, OptionalLong brokerBytes)
      throws IOException {
    double megabytes = server.residentBytes() / 1e6;
    double ready = server.untilReady().toMillis() / 1000.0;
    BenchCommand.say(
        "%d tasks stored, %d out: %.0f MB; ready after %.2f s"
            .formatted(STORED, OUT, megabytes, ready));
    Result told =
        result
            .with("stored_tasks", STORED)
            .with("outstanding", OUT)
            .with("server_mb", megabytes)
            .with("start_s", ready);
    return brokerBytes.isPresent() ? told.with("broker_mb", brokerBytes.getAsLong() / 1e6) : told;
  }

  /** Through the face of a server that hands nothing out yet. */
  private static void fill(Path data, BenchBroker broker) throws IOException, InterruptedException {
    try (var server = DaneBench.server(data, broker, "engine.dispatch=false");
        var threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int from = i * (STORED / CLIENTS);
        clients.add(
            threads.submit(() -> {
              fill(server, from);
              return null;
            }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    } catch (ExecutionException failed) {
      throw new IOException("the tasks could not be stored: " + failed.getCause(), failed);
    }
  }

  private static void fill(ServerProcess server, int from)
      throws IOException, InterruptedException {
    try (var client = new DaneClient(server.address())) {
      for (int done = 0; done < STORED / CLIENTS; done += 1_000) {
        client.assign(KEY, client.register("memory", from + done, 1_000));
      }
    }
  }
}
