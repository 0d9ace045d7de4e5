package org.millrace.engine.attempt;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.TaskId;

/** How far the staging of each attempt on this server is; gone when the attempt is. Thread-safe. */
public final class StagingBoard {
  private final InstantSource clock;
  private final Map<TaskId, Line> lines = new ConcurrentHashMap<>();

  public StagingBoard(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * One look at it.
   *
   * @param file what is being moved
   * @param expected bytes of that file, -1 if not known
   * @param moved bytes of that file so far
   * @param files how many files were begun, this one included
   * @param since when that file began
   */
  public record Snapshot(
      String file, long expected, long moved, int files, Instant since, Instant now) {

    /** Bytes a second of the current file. */
    public long rate() {
      long millis = Math.max(1, now.toEpochMilli() - since.toEpochMilli());
      return moved * 1000 / millis;
    }
  }

  /** What is being moved for a task, if anything was since its attempt came to this server. */
  public Optional<Snapshot> of(TaskId task) {
    return Optional.ofNullable(lines.get(task)).flatMap(Line::snapshot);
  }

  /** What holds a task that was begun, if it has to wait for something. */
  public Optional<Cause> held(TaskId task) {
    return Optional.ofNullable(lines.get(task)).flatMap(line -> line.held);
  }

  Line open(TaskId task) {
    Line line = new Line(task);
    lines.put(task, line);
    return line;
  }

  /** The progress of one attempt. */
  final class Line implements Progress, AutoCloseable {
    private final TaskId task;
    private final AtomicLong moved = new AtomicLong();
    private volatile Optional<Snapshot> begun = Optional.empty();
    private volatile Optional<Cause> held = Optional.empty();

    private Line(TaskId task) {
      this.task = task;
    }

    @Override
    public void file(String label, long expectedBytes) {
      moved.set(0);
      int files = begun.map(Snapshot::files).orElse(0) + 1;
      Instant now = clock.instant();
      begun = Optional.of(new Snapshot(label, expectedBytes, 0, files, now, now));
    }

    @Override
    public void known(String label, long expectedBytes) {
      begun =
          begun.map(at -> new Snapshot(label, expectedBytes, 0, at.files(), at.since(), at.now()));
    }

    @Override
    public void held(Cause cause) {
      held = Optional.of(cause);
    }

    @Override
    public void free() {
      held = Optional.empty();
    }

    @Override
    public void moved(long bytes) {
      moved.addAndGet(bytes);
    }

    private Optional<Snapshot> snapshot() {
      return begun.map(at ->
          new Snapshot(
              at.file(), at.expected(), moved.get(), at.files(), at.since(), clock.instant()));
    }

    @Override
    public void close() {
      lines.remove(task, this);
    }
  }
}
