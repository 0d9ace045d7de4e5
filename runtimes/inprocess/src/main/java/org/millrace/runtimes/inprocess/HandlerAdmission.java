package org.millrace.runtimes.inprocess;

import java.util.Set;
import java.util.TreeSet;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.submission.Admission;

/** Refuses work of handlers that are not here; all else is admitted by another. */
public final class HandlerAdmission implements Admission {
  private final Admission others;
  private final Set<String> handlers;

  /**
   * Admits work here.
   *
   * @param others admits what this does not refuse
   * @param handlers by their names
   */
  public HandlerAdmission(Admission others, Set<String> handlers) {
    this.others = others;
    this.handlers = new TreeSet<>(handlers);
  }

  @Override
  public TaskSpec admit(TaskSpec spec) {
    return others.admit(known(spec));
  }

  @Override
  public TaskSpec admitPlan(TaskSpec plan) {
    return others.admitPlan(known(plan));
  }

  @Override
  public TaskSpec opened(TaskSpec plan) {
    return others.opened(plan);
  }

  private TaskSpec known(TaskSpec spec) {
    if (spec.work() instanceof InProcessWork work && !handlers.contains(work.handler())) {
      throw Refusal.invalid(
          "in_process",
          "there is no handler '"
              + work.handler()
              + "' here; there are "
              + String.join(", ", handlers));
    }
    return spec;
  }
}
