package org.millrace.api;

import java.nio.file.Path;
import java.util.Optional;
import org.millrace.domain.task.TaskId;

/** Where the full streams of executors are on this host. Thread-safe. */
@FunctionalInterface
public interface LogFiles {

  /** One of the two streams of an executor. */
  enum Stream {
    STDOUT,
    STDERR
  }

  /**
   * The file that holds a stream, if there is one. It grows while the executor runs.
   *
   * @param attempt from 1
   * @param executor from 0
   */
  Optional<Path> find(TaskId task, int attempt, int executor, Stream stream);
}
