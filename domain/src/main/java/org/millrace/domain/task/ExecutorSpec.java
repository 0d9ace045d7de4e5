package org.millrace.domain.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One command in one image.
 *
 * @param command argv, kept byte for byte, no shell; empty means the image's own command
 * @param stdin absolute path read as standard input; empty means end of file at once
 * @param env literal values, in the caller's order
 * @param ignoreError a non-zero exit is recorded and the next executor runs
 */
public record ExecutorSpec(
    String image,
    List<String> command,
    Optional<String> workdir,
    Optional<String> stdin,
    Optional<String> stdout,
    Optional<String> stderr,
    Map<String, String> env,
    boolean ignoreError) {
  public ExecutorSpec {
    command = List.copyOf(command);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  /** A command and nothing else. */
  public static ExecutorSpec of(String image, List<String> command) {
    return new ExecutorSpec(
        image,
        command,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        false);
  }
}
