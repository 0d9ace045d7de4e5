package org.millrace.runtimes.steps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.staging.OneLine;
import org.millrace.engine.views.LogFolder;
import org.millrace.engine.views.LogFolder.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the steps of an attempt did, a line each, where the stdout of an executor would be. A line
 * that cannot be written is no reason to fail.
 */
final class StepLog {
  private static final Logger LOG = LoggerFactory.getLogger(StepLog.class);

  private final Path file;
  private final String task;
  private final long most;
  private final InstantSource clock;

  /**
   * Writes to the log of an attempt.
   *
   * @param most bytes of it; what comes beyond is let go
   */
  StepLog(LogFolder folder, AttemptOrder order, long most, InstantSource clock) {
    this.file = folder.place(order.task(), order.attempt(), 0, Stream.STDOUT);
    this.task = order.task().text();
    this.most = most;
    this.clock = clock;
  }

  void open() {
    try {
      Files.createDirectories(file.getParent());
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
    } catch (IOException problem) {
      tell(problem);
    }
  }

  /** Takes a line, free of secrets. */
  void line(String text) {
    String line = clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + OneLine.of(text) + "\n";
    try {
      if (Files.size(file) + line.length() <= most) {
        Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    } catch (IOException problem) {
      tell(problem);
    }
  }

  private void tell(IOException problem) {
    LOG.warn("task={} its log takes no line; the work goes on: {}", task, problem.toString());
  }
}
