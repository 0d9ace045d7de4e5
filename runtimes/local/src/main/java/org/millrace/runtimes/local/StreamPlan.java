package org.millrace.runtimes.local;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.views.LogFolder.Stream;

/**
 * Where the streams of all executors go. A stream sent to a path of the task shares its file with
 * the log, so that both are written at once. Where several executors write the same path, each
 * truncates what the one before wrote; so only the last of them shares, and the others' logs are
 * copied inside when they end. Pure.
 *
 * @param stdin path of the task
 * @param stdout path of the task
 * @param stderr path of the task
 * @param keepOut the log of stdout must be copied when the executor ends
 * @param keepErr the log of stderr must be copied when the executor ends
 */
record StreamPlan(
    Optional<String> stdin,
    Optional<String> stdout,
    Optional<String> stderr,
    boolean keepOut,
    boolean keepErr) {

  /** One plan for each executor. */
  static List<StreamPlan> of(List<ExecutorSpec> executors) {
    Map<String, Integer> lastUser = new HashMap<>();
    for (int i = 0; i < executors.size(); i++) {
      for (Optional<String> path : List.of(executors.get(i).stdout(), executors.get(i).stderr())) {
        if (path.isPresent()) {
          lastUser.put(plain(path.get()), i);
        }
      }
    }
    var plans = new ArrayList<StreamPlan>();
    for (int i = 0; i < executors.size(); i++) {
      int executor = i;
      Optional<String> out = executors.get(i).stdout().map(StreamPlan::plain);
      Optional<String> err = executors.get(i).stderr().map(StreamPlan::plain);
      plans.add(
          new StreamPlan(
              executors.get(i).stdin().map(StreamPlan::plain),
              out,
              err,
              out.filter(path -> lastUser.getOrDefault(path, executor) > executor).isPresent(),
              err.filter(path -> lastUser.getOrDefault(path, executor) > executor).isPresent()));
    }
    return plans;
  }

  /** The path that a stream is sent to. */
  Optional<String> path(Stream stream) {
    return switch (stream) {
      case STDOUT -> stdout;
      case STDERR -> stderr;
    };
  }

  /** Whether path and log are one file. */
  boolean sharesLog(Stream stream) {
    return path(stream).isPresent()
        && switch (stream) {
          case STDOUT -> !keepOut;
          case STDERR -> !keepErr;
        };
  }

  boolean redirects() {
    return stdin.isPresent() || stdout.isPresent() || stderr.isPresent();
  }

  /** One spelling for each path. */
  private static String plain(String path) {
    var names = new ArrayDeque<String>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return "/" + String.join("/", names);
  }
}
