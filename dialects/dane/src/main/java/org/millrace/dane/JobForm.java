package org.millrace.dane;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.millrace.domain.value.Value;

/** Jobs as JSON ({@code contracts/dane.md 2.5}). Pure. */
final class JobForm {
  private JobForm() {}

  /** A task as messages name it, without its state. */
  static Value bare(JobTree.Leaf leaf, long job) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("task_key", new Value.Text(leaf.key()));
    fields.put("task_id", LibraryForm.number(leaf.number()));
    fields.put("job_id", LibraryForm.number(job));
    return new Value.Fields(fields);
  }

  /** What the client is told that registered it. */
  static Value registered(Job job, List<JobTask> tasks) {
    return job(job, response(job, tasks), told(job, tasks), job.priority());
  }

  /** What clients are told who ask for it later. */
  static Value shown(Job job, List<JobTask> tasks) {
    return job(job, response(job, tasks), told(job, tasks), asText(job.priority()));
  }

  private static Value.Fields response(Job job, List<JobTask> tasks) {
    return JobResponse.of(job.response(), tasks);
  }

  /**
   * What workers are told.
   *
   * @param response what its tasks have found out
   */
  static Value message(Job job, Value.Fields response) {
    return job(job, response, leaf -> bare(leaf, job.number()), asText(job.priority()));
  }

  /** The original has it in a column of text, and reads it from there. */
  private static Value asText(Value priority) {
    return new Value.Text(PythonText.str(priority));
  }

  private static Function<JobTree.Leaf, Value> told(Job job, List<JobTask> tasks) {
    Map<Long, JobTask> byNumber =
        tasks.stream().collect(Collectors.toMap(JobTask::number, Function.identity()));
    return leaf -> {
      JobTask task = byNumber.get(leaf.number());
      return task == null
          ? bare(leaf, job.number()) // it is being deleted
          : task.json(LibraryForm.number(task.state()));
    };
  }

  private static Value job(
      Job job, Value.Fields response, Function<JobTree.Leaf, Value> task, Value priority) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("source_url", new Value.Text(job.sourceUrl()));
    fields.put("source_id", new Value.Text(job.sourceId()));
    fields.put("job_id", LibraryForm.number(job.number()));
    fields.put("tasks", job.tree().json(task));
    fields.put("metadata", job.metadata());
    fields.put("priority", priority);
    fields.put("response", response);
    return new Value.Fields(fields);
  }
}
