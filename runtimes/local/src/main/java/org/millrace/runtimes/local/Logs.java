package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.millrace.domain.task.TaskId;
import org.millrace.engine.staging.Disk;
import org.millrace.engine.staging.TaskFolder;
import org.millrace.engine.views.LogFolder.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log files of one attempt, and what they share with the task's tree: a stream that goes to a
 * path of the task is one file under two names, so that it can be read while it is written.
 */
record Logs(WorkArea area, TaskId task, int attempt, List<StreamPlan> plans, TaskFolder folder) {
  private static final Logger LOG = LoggerFactory.getLogger(Logs.class);
  private static final int BLOCK = 1 << 16;

  Path file(int executor, Stream stream) {
    return area.logs().place(task, attempt, executor, stream);
  }

  /** Makes all files. What lies at a stream's path already stays until its executor begins. */
  void make() throws IOException {
    Files.createDirectories(area.logs().ofAttempt(task, attempt));
    for (int executor = 0; executor < plans.size(); executor++) {
      for (Stream stream : Stream.values()) {
        make(file(executor, stream), plans.get(executor), stream);
      }
    }
  }

  private void make(Path log, StreamPlan plan, Stream stream) throws IOException {
    Files.deleteIfExists(log);
    if (plan.sharesLog(stream)) {
      String path = plan.path(stream).orElseThrow();
      Path place = folder.writable(path);
      if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        folder.create(path).close();
      }
      Files.createLink(log, place);
    } else {
      Files.createFile(log);
      area.give(log);
    }
  }

  /**
   * Sets right what could not be foreseen, as far as that goes. An executor may have put another
   * file where one was to share with its log, or closed its log; one that never began has no logs,
   * and made no file at its streams' paths.
   *
   * @param ran how many executors began
   * @param inputs paths that were brought in
   * @return a line about each log that cannot be read
   */
  List<String> straighten(int ran, Set<String> inputs) {
    Set<String> written = new HashSet<>(inputs);
    List<String> unreadable = new ArrayList<>();
    for (int executor = 0; executor < ran; executor++) {
      for (Stream stream : Stream.values()) {
        plans.get(executor).path(stream).ifPresent(written::add);
        Path log = file(executor, stream);
        if (plans.get(executor).sharesLog(stream)) {
          String path = plans.get(executor).path(stream).orElseThrow();
          asFarAsItGoes(log, () -> shareAgain(log, path));
        }
        asFarAsItGoes(log, () -> openToUs(log));
        if (Files.exists(log) && !Files.isReadable(log)) {
          unreadable.add(
              "executor %d: its %s cannot be read"
                  .formatted(executor, stream.name().toLowerCase(Locale.ROOT)));
        }
      }
    }
    for (int executor = ran; executor < plans.size(); executor++) {
      for (Stream stream : Stream.values()) {
        Path log = file(executor, stream);
        if (plans.get(executor).sharesLog(stream)) {
          String path = plans.get(executor).path(stream).orElseThrow();
          asFarAsItGoes(log, () -> unmake(log, path, written));
        }
        asFarAsItGoes(log, () -> Files.deleteIfExists(log));
      }
    }
    return unreadable;
  }

  private interface Step {
    void run() throws IOException;
  }

  /** What a task made of its tree, a link in a circle say, keeps nothing else from being done. */
  private static void asFarAsItGoes(Path log, Step step) {
    try {
      step.run();
    } catch (IOException tasksDoing) {
      LOG.debug("log {} stays as it is: {}", log, tasksDoing.toString());
    }
  }

  private static void openToUs(Path log) throws IOException {
    if (Files.exists(log, LinkOption.NOFOLLOW_LINKS) && !Files.isReadable(log)) {
      Files.setPosixFilePermissions(log, OthersMay.NOTHING_WITH_FILE);
    }
  }

  /**
   * Shortens what grew beyond a limit. A file that is also the task's own is left alone: it may be
   * an output.
   */
  void shorten(long most) throws IOException {
    for (int executor = 0; executor < plans.size(); executor++) {
      for (Stream stream : Stream.values()) {
        Path log = file(executor, stream);
        if (size(log) > most && !isShared(executor, log)) {
          shorten(log, most);
        }
      }
    }
  }

  /**
   * Shortens all that grew beyond a limit, once the task's outputs are stored; returns a line about
   * each file of which not all is kept.
   */
  List<String> keepTheFirst(long most) throws IOException {
    List<String> cut = new ArrayList<>();
    for (int executor = 0; executor < plans.size(); executor++) {
      for (Stream stream : Stream.values()) {
        Path log = file(executor, stream);
        if (size(log) >= most) {
          cut.add(
              "executor %d: of its %s %s"
                  .formatted(
                      executor,
                      stream.name().toLowerCase(Locale.ROOT),
                      keepTheFirst(executor, log, most)));
        }
      }
    }
    return cut;
  }

  /** Returns what became of it. */
  private String keepTheFirst(int executor, Path log, long most) {
    try {
      if (isShared(executor, log)) {
        copyTheFirst(log, most);
      } else {
        shorten(log, most);
      }
      return "the log keeps the first " + most + " bytes; the rest was cut";
    } catch (IOException failed) {
      LOG.warn("log {} stays longer than {} bytes: {}", log, most, failed.toString());
      return "the log could not be cut to " + most + " bytes: " + Disk.reason(failed);
    }
  }

  /** What a task left out of its file, the log leaves out too: holes take no room. */
  private static void copyTheFirst(Path log, long most) throws IOException {
    Path part = log.resolveSibling(log.getFileName() + ".part");
    Files.deleteIfExists(part);
    try (var all = FileChannel.open(log, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        var first =
            FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      copyTheFirst(all, first, most);
    } catch (IOException failed) {
      Files.deleteIfExists(part);
      throw failed;
    }
    Files.move(part, log, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void copyTheFirst(FileChannel all, FileChannel first, long most)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    long done = 0;
    long hole = 0;
    while (done < most && all.read(block.limit((int) Math.min(BLOCK, most - done)), done) > 0) {
      block.flip();
      done += block.limit();
      hole = isNothing(block) ? hole + block.limit() : 0;
      if (hole == 0) {
        writeAll(block, first, done - block.limit());
      }
      block.clear();
    }
    if (hole > 0) {
      writeAll(ByteBuffer.allocate(1), first, done - 1); // else it would end before its last hole
    }
  }

  private static boolean isNothing(ByteBuffer block) {
    for (int at = 0; at < block.limit(); at++) {
      if (block.get(at) != 0) {
        return false;
      }
    }
    return true;
  }

  private static void writeAll(ByteBuffer bytes, FileChannel file, long at) throws IOException {
    for (long next = at; bytes.hasRemaining(); ) {
      next += file.write(bytes, next);
    }
  }

  private static void shorten(Path log, long most) throws IOException {
    try (var file = FileChannel.open(log, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      file.truncate(most);
    }
  }

  private static long size(Path log) throws IOException {
    try {
      return Files.readAttributes(log, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).size();
    } catch (NoSuchFileException none) {
      return 0;
    }
  }

  /** Whether the task has it too. Both logs of an executor may be one file that it removed. */
  private boolean isShared(int executor, Path log) throws IOException {
    int ours = 0;
    for (Stream stream : Stream.values()) {
      ours += isSame(file(executor, stream), log) ? 1 : 0;
    }
    return (Integer) Files.getAttribute(log, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > ours;
  }

  private void shareAgain(Path log, String path) throws IOException {
    Path place = folder.place(path);
    boolean lost = TaskFolder.isRegular(place) && !isSame(log, place) && isEmpty(log);
    if (lost && !isEmpty(place)) {
      Files.delete(log);
      Files.createLink(log, place);
    }
  }

  private void unmake(Path log, String path, Set<String> written) throws IOException {
    Path place = folder.place(path);
    if (!written.contains(path)
        && TaskFolder.isRegular(place)
        && isEmpty(place)
        && isSame(log, place)) {
      Files.delete(place);
    }
  }

  private static boolean isSame(Path one, Path other) throws IOException {
    return Files.exists(one, LinkOption.NOFOLLOW_LINKS) && Files.isSameFile(one, other);
  }

  private static boolean isEmpty(Path file) throws IOException {
    return !Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        || Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).size()
            == 0;
  }
}
