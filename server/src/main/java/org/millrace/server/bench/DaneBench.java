package org.millrace.server.bench;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.millrace.server.TemporaryFolder;
import org.millrace.server.bench.PlainMessages.Sample;

/**
 * How many DANE tasks a second go from assigned to answered and stored, with workers that do
 * nothing, beside what the broker does of it without a server.
 */
final class DaneBench {
  private static final int WARM_UP = 30_000;
  private static final int TASKS = 30_000;
  private static final int WINDOW = 1_000; // what lanes.dane.limit is with RabbitMQ
  private static final int WORKERS = 8;
  private static final String KEY = "BENCH";
  private static final String PROBE = "PROBE";
  private static final long MOST_SECONDS_SILENT = 60;

  private DaneBench() {}

  static Result run(Optional<String> named, boolean memory)
      throws IOException, InterruptedException {
    try (var broker = BenchBroker.open(named);
        var folder = TemporaryFolder.create("millrace-bench")) {
      Path data = folder.path().resolve("data");
      var plain =
          new PlainMessages(
              broker, sample(broker, folder.path().resolve("probe")), WINDOW, WORKERS);
      BenchCommand.say("warming up");
      plain.perSecond(WARM_UP);
      BenchCommand.say(TASKS + " plain messages and answers");
      double before = plain.perSecond(TASKS);
      double measured = measured(broker, data);
      double after = plain.perSecond(TASKS);
      BenchCommand.say(
          "%.0f tasks/s; plain messages %.0f and %.0f/s".formatted(measured, before, after));
      Result result =
          Result.ofRate(
                  "dane",
                  measured,
                  "tasks/s",
                  (before + after) / 2,
                  "the same messages published, consumed and answered on the same broker without a"
                      + " server, in the same window, "
                      + WORKERS
                      + " workers with prefetch 1, before and after",
                  0.5)
              .with("limit_before", before)
              .with("limit_after", after)
              .with("load", load());
      return memory ? DaneMemory.with(result, broker) : result;
    }
  }

  /** Of the whole machine, over the last minute. */
  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  /** A quiet server on that broker. */
  static ServerProcess server(Path data, BenchBroker broker, String... more) throws IOException {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "broker.kind=rabbitmq",
                "broker.host=" + broker.host(),
                "broker.port=" + broker.port(),
                "broker.user=" + broker.user(),
                "broker.password=" + broker.password(),
                "dane.exchange=" + BenchBroker.EXCHANGE,
                "dane.response-queue=" + BenchBroker.ANSWERS,
                "logging.level=warn"));
    settings.addAll(List.of(more));
    return ServerProcess.start(data, settings.toArray(String[]::new));
  }

  /** What the server says to a worker, word for word. */
  private static Sample sample(BenchBroker broker, Path data)
      throws IOException, InterruptedException {
    try (Connection connection = broker.connect("bench probe");
        var server = server(data, broker);
        var client = new DaneClient(server.address())) {
      Channel channel = connection.createChannel();
      String queue = SdkWorkers.declare(channel, PROBE);
      client.assign(PROBE, client.register("probe", 0, 1));
      GetResponse message = channel.basicGet(queue, true);
      for (long begun = System.nanoTime(); message == null; ) {
        refuseAfter(begun, "the server did not publish its first message");
        TimeUnit.MILLISECONDS.sleep(20);
        message = channel.basicGet(queue, true);
      }
      channel.queueDelete(queue);
      return new Sample(
          message.getBody(),
          message.getProps().getCorrelationId(),
          message.getProps().getPriority(),
          PlainMessages.success());
    }
  }

  private static void refuseAfter(long begun, String what) throws IOException {
    if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(MOST_SECONDS_SILENT)) {
      throw new IOException(what + " within " + MOST_SECONDS_SILENT + " s");
    }
  }

  private static double measured(BenchBroker broker, Path data)
      throws IOException, InterruptedException {
    try (var server = server(data, broker);
        var workers = SdkWorkers.start(broker, KEY, WORKERS);
        var client = new DaneClient(server.address())) {
      BenchCommand.say("warming up the server");
      perSecond(client, workers, "warm-up", WARM_UP);
      BenchCommand.say("running " + TASKS + " tasks");
      return perSecond(client, workers, "bench", TASKS);
    }
  }

  /**
   * From before the first is assigned until all are told to be done; documents are there before.
   */
  private static double perSecond(DaneClient client, SdkWorkers workers, String creator, int tasks)
      throws IOException, InterruptedException {
    List<String> documents = client.register(creator, 0, tasks);
    long goal = workers.worked() + tasks;
    long begun = System.nanoTime();
    client.assign(KEY, documents);
    awaitWorked(workers, goal);
    long worked = System.nanoTime();
    while (client.hasUnfinished()) { // each look costs the server a list of them
      refuseAfter(worked, "not every answer was stored");
      TimeUnit.MILLISECONDS.sleep(20);
    }
    double perSecond = tasks * 1e9 / (System.nanoTime() - begun);
    long done = client.done(creator, KEY);
    if (done != tasks) {
      throw new IOException("only " + done + " of " + tasks + " tasks were done");
    }
    return perSecond;
  }

  private static void awaitWorked(SdkWorkers workers, long goal)
      throws IOException, InterruptedException {
    long seen = workers.worked();
    long since = System.nanoTime();
    while (workers.worked() < goal) {
      TimeUnit.MILLISECONDS.sleep(5);
      if (workers.worked() != seen) {
        seen = workers.worked();
        since = System.nanoTime();
      }
      refuseAfter(since, "workers got no message");
    }
  }
}
