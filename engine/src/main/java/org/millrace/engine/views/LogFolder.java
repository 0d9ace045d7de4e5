package org.millrace.engine.views;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.millrace.domain.task.TaskId;

/**
 * Where runtimes of this host keep the full streams of executors: {@code
 * <task>/<attempt>/<executor>.stdout} and {@code .stderr}. They grow while the executor runs, and
 * stay when the attempt's other files are gone. Thread-safe.
 */
public record LogFolder(Path folder) {

  /** One of the two streams of an executor. */
  public enum Stream {
    STDOUT(".stdout"),
    STDERR(".stderr");

    private final String ending;

    Stream(String ending) {
      this.ending = ending;
    }
  }

  /**
   * The file that holds a stream, if there is one.
   *
   * @param attempt from 1
   * @param executor from 0
   */
  public Optional<Path> stream(TaskId task, int attempt, int executor, Stream stream) {
    return Optional.of(place(task, attempt, executor, stream))
        .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
  }

  /** Where a runtime writes a stream. */
  public Path place(TaskId task, int attempt, int executor, Stream stream) {
    return ofAttempt(task, attempt).resolve(executor + stream.ending);
  }

  /** The folder of all a task's streams. Its id is a plain file name: this leads nowhere else. */
  public Path ofTask(TaskId task) {
    return folder.resolve(task.text());
  }

  /** The folder of one attempt's streams. */
  public Path ofAttempt(TaskId task, int attempt) {
    return ofTask(task).resolve(Integer.toString(attempt));
  }
}
