package org.millrace.engine.staging;

import java.util.stream.Stream;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.Outcome;
import org.millrace.engine.attempt.AttemptFailed;

/** Commands that no system can run. */
public final class Unrunnable {
  private Unrunnable() {}

  /**
   * Refuses what no program can be given.
   *
   * @throws AttemptFailed {@code Unplaceable}: it will not be better at another attempt
   */
  public static void refuse(ContainerWork work) throws AttemptFailed {
    for (int i = 0; i < work.executors().size(); i++) {
      ExecutorSpec executor = work.executors().get(i);
      boolean badName =
          executor.env().keySet().stream().anyMatch(name -> name.isEmpty() || name.contains("="));
      if (badName || textsOf(executor).anyMatch(text -> text.indexOf('\0') >= 0)) {
        Cause cause =
            Cause.ofCaller(
                "command-unrunnable",
                "executors["
                    + i
                    + "]: no program can be given a NUL character, or a variable whose name is"
                    + " empty or holds '='",
                "");
        throw new AttemptFailed(new Outcome.Unplaceable(cause));
      }
    }
  }

  private static Stream<String> textsOf(ExecutorSpec executor) {
    return Stream.of(
            executor.command().stream(),
            executor.env().keySet().stream(),
            executor.env().values().stream(),
            executor.workdir().stream(),
            executor.stdin().stream(),
            executor.stdout().stream(),
            executor.stderr().stream())
        .flatMap(texts -> texts);
  }
}
