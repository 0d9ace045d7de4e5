package org.millrace.api;

import java.nio.file.Path;

/** What there is of one stream of an executor. */
sealed interface Log {

  /** All of it; grows while the executor runs. */
  record Whole(Path file) implements Log {}

  /** Its end alone, from the task's record: the file is on another host, or gone. */
  record Tail(String text) implements Log {}
}
