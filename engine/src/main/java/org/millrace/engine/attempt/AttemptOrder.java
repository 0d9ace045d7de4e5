package org.millrace.engine.attempt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millrace.domain.task.Handle;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;

/** What a runtime is told of an attempt, and where it tells what it found. */
public interface AttemptOrder {

  TaskId task();

  int attempt();

  Handle handle();

  TaskSpec spec();

  /**
   * While the work is not started: when its turn came, as the task was stored, asked for again, or
   * at the end of a pause.
   */
  Instant dueAt();

  /** When the runtime started the work; empty before. */
  Optional<Instant> startedAt();

  /** A small fact stored by {@link #checkpoint} before, by this server or an earlier one. */
  Optional<String> checkpoint(String key);

  /** Stores a small fact before it returns; it survives a crash. */
  void checkpoint(String key, String value) throws AttemptFailed, InterruptedException;

  /** Notes the inputs that were brought in; stored with the next change. */
  void inputsStaged(List<StoredFile> files);

  /** A line for people, free of secrets; stored with the next change. */
  void note(String line);

  /** Where staging tells how far it is. */
  Progress progress();
}
