package org.millrace.checks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.millrace.sdk.AgentType;
import org.millrace.sdk.Callback;
import org.millrace.sdk.Config;
import org.millrace.sdk.Generator;
import org.millrace.sdk.JobCallback;
import org.millrace.sdk.JobWorker;
import org.millrace.sdk.Worker;

/** Workers of the SDK of both eras, each on a thread of its own, until this is closed. */
final class DaneWorkers implements AutoCloseable {
  static final Generator GENERATOR =
      new Generator("1", AgentType.SOFTWARE, "checks", "https://example.org/checks");
  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

  private final Config config;
  private final List<String> queues = new ArrayList<>();
  private final List<Runnable> stops = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  DaneWorkers(int broker, int index) {
    this.config =
        Config.defaults()
            .with("RABBITMQ.HOST", "127.0.0.1")
            .with("RABBITMQ.PORT", broker)
            .with("ELASTICSEARCH.HOST", List.of("127.0.0.1"))
            .with("ELASTICSEARCH.PORT", index);
  }

  /** On a queue that is named after the key. */
  void ofJobs(String bindingKey, JobCallback work) {
    String key = bindingKey.substring(bindingKey.indexOf('.') + 1);
    String queue = key.toLowerCase(Locale.ROOT) + "_queue";
    var worker = new JobWorker(config, queue, List.of(bindingKey), work);
    start(queue, worker, worker::stop);
  }

  void ofDocuments(String queue, String bindingKey, Callback work) {
    Worker worker =
        Worker.named(queue)
            .bindingKey(bindingKey)
            .config(config)
            .generator(GENERATOR)
            .callback(work)
            .build();
    start(queue, worker, worker::stop);
  }

  private void start(String queue, Runnable worker, Runnable stop) {
    queues.add(queue);
    stops.add(stop);
    threads.add(Thread.ofPlatform().daemon().name(queue).start(worker));
  }

  List<String> queues() {
    return queues;
  }

  /** As often as one likes. */
  @Override
  public void close() {
    stops.forEach(Runnable::run);
    try {
      for (Thread thread : threads) {
        assertThat(thread.join(LONGEST_STOP)).as(thread.getName()).isTrue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
