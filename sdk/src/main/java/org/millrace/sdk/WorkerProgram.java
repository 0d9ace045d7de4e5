package org.millrace.sdk;

import java.util.List;
import java.util.Optional;

/**
 * A worker as a class that can be named: {@link Worker#program(String, ClassLoader, Config)} makes
 * one with its public constructor, which takes a {@link Config} or nothing.
 */
public interface WorkerProgram extends Callback {
  /** The name of the queue; workers of one kind share it. */
  String queue();

  /** What is taken from the exchange, such as {@code #.FILESIZE} or {@code Video.ASR}. */
  List<String> bindingKeys();

  /** Keys of tasks that must be done for the document before. */
  default List<String> dependsOn() {
    return List.of();
  }

  /** What its results name as their generator; unless given, git is asked. */
  default Optional<Generator> generator() {
    return Optional.empty();
  }
}
