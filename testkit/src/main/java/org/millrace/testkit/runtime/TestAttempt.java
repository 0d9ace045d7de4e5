package org.millrace.testkit.runtime;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.RuntimeName;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.Work;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.attempt.Progress;
import org.millrace.testkit.Fixtures;

/**
 * An attempt at work of any kind, as a runtime is told of it; its checkpoints are there for the
 * next runtime object, as after a crash of the server. Thread-safe.
 */
public final class TestAttempt implements AttemptOrder {
  private volatile Progress progress = Progress.NONE;
  private final RuntimeName runtime;
  private final TaskId task;
  private final TaskSpec spec;
  private final int attempt;
  private final Map<String, String> checkpoints = new ConcurrentHashMap<>();
  private volatile Instant dueAt = Instant.MAX;
  private volatile Optional<Instant> startedAt = Optional.empty();
  private final AtomicInteger untilCrash = new AtomicInteger(Integer.MAX_VALUE);

  /** The server dies, as far as this attempt can tell. */
  public static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("the server dies here", null, false, false);
    }
  }

  /** The first one of a task of its own. */
  public TestAttempt(RuntimeName runtime, Work work) {
    this(
        runtime,
        new TaskId("t" + UUID.randomUUID().toString().substring(0, 13)),
        Fixtures.aSpec().withWork(work),
        1);
  }

  /** One of this task, of this number. */
  public TestAttempt(RuntimeName runtime, TaskId task, TaskSpec spec, int attempt) {
    this.runtime = runtime;
    this.task = task;
    this.spec = spec;
    this.attempt = attempt;
  }

  /** What was stored so far; a test may change it. */
  public Map<String, String> checkpoints() {
    return checkpoints;
  }

  /** Its turn came then; without this, only now. */
  public void due(Instant at) {
    dueAt = at;
  }

  /** It was started then. */
  public void started(Instant at) {
    startedAt = Optional.of(at);
  }

  /** From now on the server dies before it stores the checkpoint of this number, from 0. */
  public void crashAt(int number) {
    untilCrash.set(number);
  }

  @Override
  public TaskId task() {
    return task;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public Handle handle() {
    return Handle.of(runtime, "", task, attempt);
  }

  @Override
  public TaskSpec spec() {
    return spec;
  }

  @Override
  public Instant dueAt() {
    return dueAt;
  }

  @Override
  public Optional<Instant> startedAt() {
    return startedAt;
  }

  @Override
  public Optional<String> checkpoint(String key) {
    return Optional.ofNullable(checkpoints.get(key));
  }

  @Override
  public void checkpoint(String key, String value) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (untilCrash.getAndDecrement() == 0) {
      throw new Crash();
    }
    checkpoints.put(key, value);
  }

  @Override
  public void inputsStaged(List<StoredFile> files) {
    throw new AssertionError("there are no inputs");
  }

  @Override
  public void note(String line) {
    throw new AssertionError("notes are collected");
  }

  /** Who is to hear how far it is. */
  public void tell(Progress listener) {
    progress = listener;
  }

  @Override
  public Progress progress() {
    return progress;
  }
}
