package org.millrace.runtimes.container;

import java.nio.file.Path;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.Handle;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.staging.TaskFolder;
import org.millrace.engine.views.LogFolder;

/**
 * One attempt: what is ordered, and where it happens.
 *
 * @param tree what lies at the task's paths, as far as it is not the images'
 * @param logLimit bytes of a log that is nothing but a log
 */
record ContainerAttempt(
    AttemptOrder order,
    AttemptPlace place,
    ContainerWork work,
    TaskFolder tree,
    LogFolder logs,
    long logLimit) {

  static ContainerAttempt of(
      AttemptOrder order, AttemptPlace place, LogFolder logs, long logLimit) {
    var work = (ContainerWork) order.spec().work(); // nothing else is placed here
    return new ContainerAttempt(order, place, work, new TaskFolder(place.root()), logs, logLimit);
  }

  ExecutorSpec executor(int index) {
    return work.executors().get(index);
  }

  int executors() {
    return work.executors().size();
  }

  /** The container of an executor. */
  String container(int executor) {
    return container(order.handle(), executor);
  }

  static String container(Handle handle, int executor) {
    return "millrace-" + handle.name() + "-" + executor;
  }

  Path log(int executor, LogFolder.Stream stream) {
    return logs.place(order.task(), order.attempt(), executor, stream);
  }

  /** How much of a stream is kept: all that goes to a path of the task, which may be an output. */
  long mostOf(int executor, LogFolder.Stream stream) {
    ExecutorSpec spec = executor(executor);
    boolean isTheTasks =
        switch (stream) {
          case STDOUT -> spec.stdout().isPresent();
          case STDERR -> spec.stderr().isPresent();
        };
    return isTheTasks ? Long.MAX_VALUE : logLimit;
  }
}
