package org.millrace.runtimes.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How an executor's command is run.
 *
 * @param words what the supervisor executes; anybody on the host can see them
 * @param hidden what only the task is to see, read from descriptor 5; empty if there is nothing
 * @param filter a file of the host, opened on descriptor 6
 * @param reports whether what is executed tells of itself on descriptor 3; else the supervisor
 *     notes which process it becomes
 * @param told whether something on the way tells on descriptor 4 what went wrong
 */
record Invocation(
    List<String> words, String hidden, Optional<Path> filter, boolean reports, boolean told) {
  /** Nothing is to be run. */
  static final Invocation NONE = new Invocation(List.of(), "", Optional.empty(), false, false);

  Invocation {
    words = List.copyOf(words);
  }
}
