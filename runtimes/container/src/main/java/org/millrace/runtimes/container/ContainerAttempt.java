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
 */
record ContainerAttempt(
    AttemptOrder order, AttemptPlace place, ContainerWork work, TaskFolder tree, LogFolder logs) {

  static ContainerAttempt of(AttemptOrder order, AttemptPlace place, LogFolder logs) {
    ContainerWork work =
        switch (order.spec().work()) {
          case ContainerWork container -> container;
        };
    return new ContainerAttempt(order, place, work, new TaskFolder(place.root()), logs);
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
}
