package org.millrace.runtimes.local;

import java.util.List;
import java.util.Optional;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorResult;

/**
 * What an attempt's marks and logs tell of its executors.
 *
 * @param results of those that ended, in order
 * @param whyFailed why the last of them failed, if it did
 * @param broken why the isolation failed, if it did
 */
record Findings(List<ExecutorResult> results, Optional<Cause> whyFailed, Optional<Cause> broken) {

  Findings {
    results = List.copyOf(results);
  }

  /** Whether every executor ended acceptably. */
  boolean allWell(ContainerWork work) {
    if (results.size() < work.executors().size() || broken.isPresent()) {
      return false;
    }
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).exitCode() != 0 && !work.executors().get(i).ignoreError()) {
        return false;
      }
    }
    return true;
  }
}
