package org.millrace.engine.recovery;

import java.util.Optional;
import java.util.stream.Stream;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.Task;
import org.millrace.engine.attempt.AttemptFailed;
import org.millrace.engine.attempt.Runtimes;
import org.millrace.engine.attempt.TaskRuntime;
import org.millrace.engine.views.TaskView;
import org.millrace.engine.views.ViewStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what attempts left behind that no task owns any more. A handle is stored before anything
 * exists under it, so what exists and is no task's handle is nobody's.
 */
public final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

  private final Runtimes runtimes;
  private final ViewStore views;

  public Sweeper(Runtimes runtimes, ViewStore views) {
    this.runtimes = runtimes;
    this.views = views;
  }

  public void runOnce() throws InterruptedException {
    for (TaskRuntime runtime : runtimes.all()) {
      sweep(runtime);
    }
  }

  private void sweep(TaskRuntime runtime) throws InterruptedException {
    try (Stream<Handle> survivors = runtime.survivors()) {
      for (Handle survivor : (Iterable<Handle>) survivors::iterator) {
        removeUnlessOwned(runtime, survivor);
      }
    }
  }

  /** One that cannot be removed must not keep the others. */
  private void removeUnlessOwned(TaskRuntime runtime, Handle survivor) throws InterruptedException {
    try {
      if (!isOwned(survivor)) {
        remove(runtime, survivor);
      }
    } catch (RuntimeException defect) {
      LOG.error("orphan {} cannot be removed; the next sweep tries again", survivor.name(), defect);
    }
  }

  private boolean isOwned(Handle survivor) {
    Optional<Handle> current =
        survivor.task().flatMap(views::find).map(TaskView::task).flatMap(Task::handle);
    return current.equals(Optional.of(survivor));
  }

  private void remove(TaskRuntime runtime, Handle orphan) throws InterruptedException {
    try {
      runtime.cancel(orphan);
      runtime.clean(orphan);
      LOG.info(
          "removed {} of runtime {}, which no task owns any more", orphan.name(), orphan.runtime());
    } catch (AttemptFailed failed) {
      LOG.warn(
          "could not stop orphan {} yet: {}; the next sweep tries again",
          orphan.name(),
          failed.getMessage());
    }
  }
}
