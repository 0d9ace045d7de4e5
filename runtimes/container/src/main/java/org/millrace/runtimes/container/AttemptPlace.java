package org.millrace.runtimes.container;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.task.StoredFile;

/** The folder of one attempt: the task's tree, and the marks of where the attempt stands. */
record AttemptPlace(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final FileAttribute<Set<PosixFilePermission>> CLOSED =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /**
   * What was made ready.
   *
   * @param inputs that were brought in
   */
  record Prepared(List<InputMark> inputs, List<ExecutorPlan> executors) {
    Prepared {
      inputs = List.copyOf(inputs);
      executors = List.copyOf(executors);
    }
  }

  /** A {@link StoredFile}; an unknown digest is empty. */
  record InputMark(String url, String path, long size, String sha256) {
    static InputMark of(StoredFile file) {
      return new InputMark(file.url(), file.path(), file.size(), file.sha256().orElse(""));
    }

    StoredFile file() {
      return new StoredFile(
          url, path, size, Optional.of(sha256).filter(digest -> !digest.isEmpty()));
    }
  }

  /**
   * In what an executor runs.
   *
   * @param imageId the image as it was then
   * @param digest empty if there is none
   * @param platform of the image
   */
  record ExecutorPlan(String imageId, String digest, String platform, BindPlan binds) {}

  /**
   * Who was about to start an executor, and when.
   *
   * @param server a name that no other server process has
   * @param millis of the clock
   */
  record Begun(String server, long millis) {}

  /**
   * How an executor ended.
   *
   * @param start milliseconds of the clock
   * @param end milliseconds of the clock
   * @param cpuNanos -1 if not measured
   * @param peakMemory bytes, -1 if not measured
   * @param code of the cause if more is known than the exit code tells, else empty
   */
  record Ended(
      int exitCode,
      boolean outOfMemory,
      long start,
      long end,
      long cpuNanos,
      long peakMemory,
      String measuredBy,
      String code,
      String message,
      String help) {}

  String name() {
    return folder.getFileName().toString();
  }

  Path root() {
    return folder.resolve("root");
  }

  boolean exists() {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes folder and an empty root; both are closed to other users of this host. */
  void make() throws IOException {
    makeFolder();
    Files.createDirectory(root(), CLOSED);
  }

  private void makeFolder() throws IOException {
    Files.createDirectories(folder.getParent());
    try {
      Files.createDirectory(folder, CLOSED);
    } catch (FileAlreadyExistsException before) {
      if (!exists()) {
        throw before;
      }
    }
  }

  boolean isPrepared() {
    return Files.exists(folder.resolve("prepared"));
  }

  Optional<Prepared> prepared() {
    return read("prepared", Prepared.class);
  }

  void markPrepared(Prepared prepared) throws IOException {
    write("prepared", prepared);
  }

  /** Nothing starts any more from now on, whether it was prepared or not. */
  void markStopped() throws IOException {
    makeFolder();
    mark("stopped");
  }

  boolean isStopped() {
    return isMarked("stopped");
  }

  /** A container of that executor may exist from now on. */
  void markMade(int executor) throws IOException {
    mark("made-" + executor);
  }

  /** Executors for which containers may exist: all below this number. */
  int made() {
    int executor = 0;
    while (isMarked("made-" + executor)) {
      executor++;
    }
    return executor;
  }

  void markBegun(int executor, Begun begun) throws IOException {
    write("begun-" + executor, begun);
  }

  Optional<Begun> begun(int executor) {
    return read("begun-" + executor, Begun.class);
  }

  void markFed(int executor) throws IOException {
    mark("fed-" + executor);
  }

  boolean isFed(int executor) {
    return isMarked("fed-" + executor);
  }

  /** The engine's log did not tell exactly what an executor wrote. */
  void markInexact(int executor) throws IOException {
    mark("inexact-" + executor);
  }

  boolean isInexact(int executor) {
    return isMarked("inexact-" + executor);
  }

  void markEnded(int executor, Ended ended) throws IOException {
    write("ended-" + executor, ended);
  }

  Optional<Ended> ended(int executor) {
    return read("ended-" + executor, Ended.class);
  }

  /** No container of this attempt exists any more. */
  void markGone() throws IOException {
    mark("gone");
  }

  boolean isGone() {
    return isMarked("gone");
  }

  /** Why it cannot go on, found while nobody could be told. */
  void addNote(String line) throws IOException {
    Files.writeString(
        folder.resolve("notes"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  List<String> notes() throws IOException {
    Path notes = folder.resolve("notes");
    return Files.exists(notes) ? Files.readAllLines(notes) : List.of();
  }

  private void mark(String name) throws IOException {
    try {
      Files.createFile(folder.resolve(name));
    } catch (FileAlreadyExistsException before) {
      assert isMarked(name);
    }
  }

  private boolean isMarked(String name) {
    return Files.exists(folder.resolve(name));
  }

  /** Whole or not at all. */
  private void write(String name, Object mark) throws IOException {
    Path half = folder.resolve(name + ".half");
    Files.write(half, JSON.writeValueAsBytes(mark));
    Files.move(half, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private <T> Optional<T> read(String name, Class<T> type) {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(folder.resolve(name)), type));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (JacksonException unknown) {
      throw new IllegalStateException(
          "mark " + name + " of attempt " + name() + " is not of this version", unknown);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("an attempt's mark cannot be read: " + name, unreadable);
    }
  }
}
