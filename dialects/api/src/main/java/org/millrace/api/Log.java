package org.millrace.api;

import java.nio.file.Path;

/** What there is of one stream of an executor. */
sealed interface Log {

  /** All of it; grows while the executor runs. */
  record Whole(Path file) implements Log {}

  /** Its end alone, from the task's record: the file is on another host, or gone. */
  record Tail(String text) implements Log {}

  /** Whether nothing was written yet; runtimes may make files long before. */
  default boolean isEmpty() {
    return switch (this) {
      case Whole(Path file) -> file.toFile().length() == 0; // also if it has gone meanwhile
      case Tail(String text) -> text.isEmpty();
    };
  }
}
