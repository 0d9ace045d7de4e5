package org.millrace.runtimes.local;

import java.util.List;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.engine.attempt.AttemptOrder;
import org.millrace.engine.staging.TaskFolder;

/**
 * One attempt on this host: what is ordered, and where it happens.
 *
 * @param place the attempt's folder
 * @param tree what the task sees as its root, within that folder
 */
record LocalAttempt(
    AttemptOrder order, AttemptFolder place, ContainerWork work, TaskFolder tree, Logs logs) {

  static LocalAttempt of(AttemptOrder order, AttemptFolder place, WorkArea area) {
    var work = (ContainerWork) order.spec().work(); // nothing else is placed here
    var tree = new TaskFolder(place.root(), area.user().map(TaskUser::asOwner));
    List<StreamPlan> plans = StreamPlan.of(work.executors());
    return new LocalAttempt(
        order, place, work, tree, new Logs(area, order.task(), order.attempt(), plans, tree));
  }

  String name() {
    return place.name();
  }

  List<ExecutorSpec> executors() {
    return work.executors();
  }
}
