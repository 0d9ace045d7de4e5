package org.millrace.server.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskEvent.CancelRequested;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskMachine;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.engine.StorePorts;
import org.millrace.engine.submission.IntakeStore.NewTask;
import org.millrace.engine.transition.AttemptNews;
import org.millrace.engine.transition.TransitionStore.Change;
import org.millrace.server.TemporaryFolder;
import org.millrace.store.sqlite.SqliteConfig;
import org.millrace.store.sqlite.SqliteStore;

/** Whether a page of a list takes longer the more tasks are stored. */
final class ListBench {
  private static final int FEW = 1_000;
  private static final int MANY = 1_000_000;
  private static final int WRITERS = 200;
  private static final int ROUNDS = 60;

  /** Of so many tasks one is cancelled, and one is of the project that is asked for. */
  private static final int CANCELLED_EACH = 3;

  private static final int BUDGET_FOR_OTHERS_MILLIS = 50;

  /** Each finds a page of 256 among few tasks and among many. */
  private static final Map<String, String> SINGLE = new LinkedHashMap<>();

  static {
    SINGLE.put("all", "");
    SINGLE.put("name", "&name_prefix=common");
    SINGLE.put("state", "&state=CANCELED");
    SINGLE.put("tag_key", "&tag_key=project");
    SINGLE.put("tag", "&tag_key=project&tag_value=north");
    SINGLE.put("state_and_tag", "&state=CANCELED&tag_key=project&tag_value=north");
  }

  private static final Map<String, String> COMBINED =
      Map.of(
          "name_and_state", "&name_prefix=common&state=QUEUED",
          "name_and_tag", "&name_prefix=common&tag_key=project&tag_value=north",
          "two_tags", "&tag_key=project&tag_value=north&tag_key=rare",
          "all_of_them",
              "&name_prefix=common&state=CANCELED&tag_key=project&tag_value=north&tag_key=rare");

  private ListBench() {}

  static Result run() throws IOException, InterruptedException, ExecutionException {
    try (var folder = TemporaryFolder.create("millrace-bench")) {
      Path few = fill(folder.path().resolve("few"), FEW);
      Path many = fill(folder.path().resolve("many"), MANY);
      try (var small = server(few);
          var large = server(many);
          HttpClient client = HttpClient.newHttpClient()) {
        return measure(client, small.address(), large.address());
      }
    }
  }

  private static ServerProcess server(Path data) throws IOException {
    return ServerProcess.start(data, "engine.dispatch=false", "logging.level=warn");
  }

  private static Result measure(HttpClient client, URI small, URI large)
      throws IOException, InterruptedException {
    String slowest = "";
    double few = 0;
    double many = 0;
    Map<String, Double> factors = new LinkedHashMap<>();
    for (Map.Entry<String, String> filter : SINGLE.entrySet()) {
      double[] times = alternately(client, small, large, filter.getValue());
      double factor = times[1] / times[0];
      factors.put(filter.getKey() + "_factor", factor);
      BenchCommand.say(
          "%-14s %.2f ms of %d, %.2f ms of %d tasks: %.2f times as long"
              .formatted(filter.getKey(), times[0], FEW, times[1], MANY, factor));
      if (slowest.isEmpty() || factor > many / few) {
        slowest = filter.getKey();
        few = times[0];
        many = times[1];
      }
    }
    Result result =
        Result.ofTime(
            "list",
            many,
            "ms",
            1.2 * few,
            "1.2 times what a page of 256 takes of " + FEW + " tasks; the worst filter: " + slowest,
            1.0);
    for (Map.Entry<String, Double> factor : factors.entrySet()) {
      result = result.with(factor.getKey(), factor.getValue());
    }
    for (Map.Entry<String, String> filter : COMBINED.entrySet()) {
      double millis = alternately(client, small, large, filter.getValue())[1];
      BenchCommand.say(
          "%-14s %.2f ms of %d tasks; at most %d"
              .formatted(filter.getKey(), millis, MANY, BUDGET_FOR_OTHERS_MILLIS));
      result = result.with(filter.getKey() + "_ms", millis);
    }
    return result;
  }

  /** The median of each, so that what disturbs one disturbs the other as well. */
  private static double[] alternately(HttpClient client, URI small, URI large, String filter)
      throws IOException, InterruptedException {
    double[] few = new double[ROUNDS];
    double[] many = new double[ROUNDS];
    for (int i = -ROUNDS; i < ROUNDS; i++) {
      double one = page(client, small, filter);
      double other = page(client, large, filter);
      if (i >= 0) {
        few[i] = one;
        many[i] = other;
      }
    }
    Arrays.sort(few);
    Arrays.sort(many);
    return new double[] {few[ROUNDS / 2], many[ROUNDS / 2]};
  }

  private static double page(HttpClient client, URI server, String filter)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve("/v1/tasks?page_size=256" + filter)).build();
    long begin = System.nanoTime();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    double millis = (System.nanoTime() - begin) / 1e6;
    if (answer.statusCode() != 200) {
      throw new IOException("a list was refused: " + answer.body());
    }
    return millis;
  }

  private static Path fill(Path data, int tasks)
      throws IOException, InterruptedException, ExecutionException {
    BenchCommand.say("storing " + tasks + " tasks");
    try (SqliteStore store = SqliteStore.open(SqliteConfig.of(data));
        var threads = Executors.newFixedThreadPool(WRITERS, Thread.ofVirtual().factory())) {
      StorePorts ports = store.ports();
      List<Future<?>> stored =
          IntStream.range(0, tasks)
              .<Future<?>>mapToObj(i -> threads.submit(() -> store(ports, i)))
              .toList();
      for (Future<?> one : stored) {
        one.get();
      }
    }
    return data;
  }

  private static void store(StorePorts ports, int number) {
    var id = new TaskId("task-%07d".formatted(number));
    TaskSpec spec = spec(number);
    Instant now = Instant.EPOCH.plusSeconds(number);
    Task task = Task.submitted(id, spec, new Lane("sandbox"), now);
    ports.intake().insert(NewTask.of(task, spec));
    if (number % CANCELLED_EACH == 0) {
      var cancel = new CancelRequested("bench", now);
      ports
          .transitions()
          .apply(
              id,
              new Change(
                  now, each -> TaskMachine.apply(each, cancel), AttemptNews.NONE, _ -> List.of()));
    }
  }

  private static TaskSpec spec(int number) {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("project", number % CANCELLED_EACH == 0 ? "north" : "south");
    if (number % 500 == 0) {
      tags.put("rare", "yes");
    }
    return new TaskSpec(
        Owner.ANONYMOUS,
        "tes",
        Optional.of((number % 2 == 0 ? "common-" : "other-") + number),
        Optional.empty(),
        tags,
        TaskSpec.NORMAL_PRIORITY,
        NoOps.work("true"),
        Resources.NONE,
        RetryPolicy.DEFAULT,
        TimeLimits.NONE,
        List.of());
  }
}
