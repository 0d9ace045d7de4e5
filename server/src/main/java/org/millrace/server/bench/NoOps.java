package org.millrace.server.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.caller.Caller;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.HistoryEvent;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TaskState;
import org.millrace.domain.task.TimeLimits;
import org.millrace.engine.Engine;
import org.millrace.server.config.ServerConfig;
import org.millrace.server.config.Sources;

/** Tasks that do nothing, in a server within this process. */
final class NoOps {
  private NoOps() {}

  /** A quiet server on a free port, with further settings. */
  static ServerConfig config(Path data, Map<String, String> settings) {
    var sources =
        new Sources()
            .flag("data", data.toString(), "bench")
            .flag("runtimes.container", "deny", "bench") // unless the bench says otherwise
            .flag("http.port", "0", "bench")
            .flag("logging.level", "warn", "bench");
    settings.forEach((key, value) -> sources.flag(key, value, "bench"));
    return ServerConfig.from(sources);
  }

  /**
   * Submits so many and waits until all have ended: their rate, end to end. Nothing else may end
   * meanwhile.
   *
   * @throws IllegalStateException when one does not end well
   */
  static double perSecond(Engine engine, int tasks) throws InterruptedException {
    return perSecond(
        engine,
        tasks,
        () -> {
          for (int i = 0; i < tasks; i++) {
            engine.submitTask().submit(task(Resources.NONE, "true"), Optional.empty());
          }
        });
  }

  /** Submits them, by whatever way. */
  interface Submission<E extends Exception> {
    void submit() throws E, InterruptedException;
  }

  /**
   * The same with tasks that come another way.
   *
   * @param tasks how many are submitted
   */
  static <E extends Exception> double perSecond(Engine engine, int tasks, Submission<E> submission)
      throws E, InterruptedException {
    long cursor = engine.views().newestEvent();
    long begin = System.nanoTime();
    submission.submit();
    int ended = 0;
    while (ended < tasks) {
      long heard = engine.news().history().rings();
      List<HistoryEvent> news =
          engine.views().history(cursor, Optional.empty(), 1000, Caller.ANONYMOUS);
      for (HistoryEvent event : news) {
        cursor = event.sequence();
        if (event.state().isFinal()) {
          ended++;
          refuseUnless(event.state() == TaskState.COMPLETE, event);
        }
      }
      if (news.isEmpty()) {
        engine.news().history().await(heard, Duration.ofSeconds(1));
      }
    }
    return tasks * 1e9 / (System.nanoTime() - begin);
  }

  private static void refuseUnless(boolean complete, HistoryEvent event) {
    if (!complete) {
      throw new IllegalStateException(
          "a no-op ended " + event.state() + ": " + event.detail().orElse(""));
    }
  }

  /** One executor, no files, no name. */
  static TaskSpec task(Resources resources, String... command) {
    return new TaskSpec(
        Owner.ANONYMOUS,
        "bench",
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        TaskSpec.NORMAL_PRIORITY,
        work(command),
        resources,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }

  /** One executor, no files. */
  static ContainerWork work(String... command) {
    var executor = ExecutorSpec.of("alpine", List.of(command));
    return new ContainerWork(List.of(executor), List.of(), List.of(), List.of());
  }
}
