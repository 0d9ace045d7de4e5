package org.millrace.dane;

import java.util.LinkedHashMap;
import java.util.Map;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AssignedTask;

/**
 * A task of a job as it stands.
 *
 * @param key what is to be done; several of one job may have the same
 * @param answered what else was answered with its last state; nothing before the first answer
 */
record JobTask(
    TaskId id, long number, long job, String key, int state, String message, Value answered) {
  private static final String NUMBER = "task_id";

  /** By which the document has it. */
  static String keyWithin(JobTree.Leaf leaf) {
    return leaf.key() + "#" + leaf.number();
  }

  /** What a worker is to do for a task that is not there yet. */
  static WorkerWork work(JobTree.Leaf leaf, long job) {
    return new WorkerWork(
        JobProtocol.NAME,
        JobProtocol.UNKNOWN_TYPE + "." + leaf.key(),
        leaf.key(),
        Long.toString(job),
        new Value.Fields(Map.of(NUMBER, LibraryForm.number(leaf.number()))));
  }

  /** A task that was assigned to a job. */
  static JobTask of(AssignedTask task) {
    WorkerWork work = work(task.spec());
    return new JobTask(
        task.entry().task(),
        number(work),
        Long.parseLong(work.subject()),
        work.key(),
        task.entry().face().number(),
        task.entry().face().message(),
        JobStates.answered(task.entry().face()));
  }

  private static WorkerWork work(TaskSpec spec) {
    if (spec.work() instanceof WorkerWork work && work.protocol().equals(JobProtocol.NAME)) {
      return work;
    }
    throw new IllegalStateException("a task of a job is work of its protocol");
  }

  private static long number(WorkerWork work) {
    if (work.arguments().values().get(NUMBER) instanceof Value.Numeral(String digits)) {
      return Long.parseLong(digits);
    }
    throw new IllegalStateException("a task of a job has a number");
  }

  boolean isDone() {
    return state == DaneAnswer.SUCCESS;
  }

  /**
   * As clients read it.
   *
   * @param shown its state: a number within a job, a text where the task stands alone
   */
  Value json(Value shown) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("task_key", new Value.Text(key));
    fields.put(NUMBER, LibraryForm.number(number));
    fields.put("task_state", shown);
    fields.put("task_msg", new Value.Text(message));
    fields.put("job_id", LibraryForm.number(job));
    return new Value.Fields(fields);
  }

  /** Standing alone. */
  Value alone() {
    return new Value.Fields(Map.of("Task", json(new Value.Text(Integer.toString(state)))));
  }
}
