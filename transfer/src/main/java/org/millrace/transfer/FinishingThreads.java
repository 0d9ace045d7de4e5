package org.millrace.transfer;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread for each part that is made durable and put in its place. Writing a large file
 * out takes a slow disk as long as it takes, so there is no limit, and nobody else's thread waits
 * for it; a task holds it up no longer than the task itself is wanted. Thread-safe.
 */
final class FinishingThreads {
  /**
   * Far more than tasks that store at once. Only a disk that is dead comes near: whoever stops
   * asking leaves a thread behind that the kernel does not let go.
   */
  private static final int MOST = 256;

  private final Semaphore room = new Semaphore(MOST);
  private final ThreadFactory threads;

  FinishingThreads() {
    this(Thread.ofPlatform().daemon().name("finishing-", 0).factory());
  }

  FinishingThreads(ThreadFactory threads) {
    this.threads = threads;
  }

  /**
   * Makes a part durable, puts it in its place and closes it, and waits for that however long it
   * takes. The part is no longer the caller's, whatever happens. If the caller is interrupted it
   * waits no more, nothing is torn, and what is not being put in its place by then never will be:
   * somebody else may have stored the same file meanwhile.
   *
   * @throws FileThreads.NoAnswer when too many of them do not come back from the disk
   */
  void finish(Part part) throws IOException, InterruptedException {
    if (!room.tryAcquire()) {
      part.close();
      throw new FileThreads.NoAnswer(
          MOST + " files wait for the disk already; see whether it still answers");
    }
    var wanted = new AtomicBoolean(true);
    var task =
        new FutureTask<>(() -> {
          try (part) {
            part.force();
            if (wanted.get()) {
              part.place();
            }
          } finally {
            room.release();
          }
          return part;
        });
    start(task, part);
    try {
      task.get();
    } catch (ExecutionException failed) {
      throw rethrown(failed.getCause());
    } finally {
      wanted.set(false);
    }
  }

  private void start(Runnable task, Part part) {
    try {
      threads.newThread(task).start();
    } catch (RuntimeException | Error noThread) { // at a limit of processes
      room.release();
      part.close();
      throw noThread;
    }
  }

  private static IOException rethrown(@Nullable Throwable cause) {
    return switch (cause) {
      case IOException problem -> problem;
      case RuntimeException defect -> throw defect;
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(cause);
    };
  }
}
