package org.millrace.engine.retention;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.views.LogFolder;

/** The streams that runtimes of this host keep. Links are not followed. Thread-safe. */
public record LogFiles(LogFolder logs) implements KeptLogs {

  @Override
  public void visit(Visitor visitor) throws IOException, InterruptedException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(logs.folder())) {
      for (Path folder : folders) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        String name = folder.getFileName().toString();
        if (TaskId.isValid(name) && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          show(new TaskId(name), folder, visitor);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      // nothing has run yet
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
  }

  private static void show(TaskId task, Path folder, Visitor visitor) throws InterruptedException {
    var sum = new Sum();
    try {
      Files.walkFileTree(folder, sum);
    } catch (IOException unreadable) {
      visitor.unreadable(task, unreadable);
      return;
    }
    visitor.logs(new LogsOfTask(task, sum.last, sum.bytes));
  }

  @Override
  public void remove(TaskId task) throws IOException {
    Path folder = logs.ofTask(task);
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(folder, new Removal());
    }
  }

  private static class Tolerant extends SimpleFileVisitor<Path> {
    /** Somebody else removed it. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }
  }

  private static final class Sum extends Tolerant {
    private Instant last = Instant.EPOCH;
    private long bytes;

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes found) {
      return seen(found);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
      bytes += found.size();
      return seen(found);
    }

    private FileVisitResult seen(BasicFileAttributes found) {
      Instant written = found.lastModifiedTime().toInstant();
      last = written.isAfter(last) ? written : last;
      return FileVisitResult.CONTINUE;
    }
  }

  private static final class Removal extends Tolerant {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes found) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
