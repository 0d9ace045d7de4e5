package org.millrace.runtimes.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.views.LogFolder.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the streams of an executor that has ended where the task wants them, too. Of the last one
 * log and output are one file, since nothing can change it any more; the others get a copy, which
 * later executors may do with as they like.
 */
record StreamFiles(ContainerAttempt attempt, int executor) {
  private static final Logger LOG = LoggerFactory.getLogger(StreamFiles.class);

  void deliver() throws IOException {
    ExecutorSpec spec = attempt.executor(executor);
    Set<String> written = new HashSet<>();
    deliver(spec.stdout(), Stream.STDOUT, written);
    deliver(spec.stderr(), Stream.STDERR, written);
  }

  private void deliver(Optional<String> path, Stream stream, Set<String> written)
      throws IOException {
    if (path.isEmpty()) {
      return;
    }
    Path log = attempt.log(executor, stream);
    String to = TaskPaths.plain(path.get());
    Path place = attempt.tree().writable(to);
    if (!written.add(to)) {
      try (OutputStream both = Files.newOutputStream(place, StandardOpenOption.APPEND);
          InputStream in = Files.newInputStream(log)) {
        in.transferTo(both);
      }
    } else if (isLast() && !sharesWithOther()) {
      link(log, place, to);
    } else {
      copy(log, to);
    }
  }

  private boolean isLast() {
    return executor == attempt.executors() - 1;
  }

  /** Both streams to one path: then the file is neither log. */
  private boolean sharesWithOther() {
    ExecutorSpec spec = attempt.executor(executor);
    return spec.stdout().map(TaskPaths::plain).equals(spec.stderr().map(TaskPaths::plain));
  }

  private void link(Path log, Path place, String to) throws IOException {
    try {
      Files.deleteIfExists(place);
      Files.createLink(place, log);
    } catch (FileSystemException | UnsupportedOperationException elsewhere) {
      LOG.debug("a log cannot be linked, so it is copied: {}", elsewhere.toString());
      copy(log, to);
    }
  }

  private void copy(Path log, String to) throws IOException {
    try (OutputStream out = attempt.tree().create(to)) {
      Files.copy(log, out);
    }
    TreeAccess.openFile(attempt.tree().place(to));
  }
}
