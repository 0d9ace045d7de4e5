package org.millrace.dane;

import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.millrace.domain.task.ExternalId;

/** Ids of the job era: decimal numbers ({@code contracts/dane.md 1.3, 1.8}). Pure. */
final class JobNumbers {
  /** Sequences, and the faces under which numbers name runs and tasks. */
  static final String JOBS = "dane-job";

  static final String TASKS = "dane-job-task";

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  private JobNumbers() {}

  /** Whether an id can be one of this era; every other one is of the document era. */
  static boolean isNumber(String id) {
    return NUMBER.matcher(id).matches();
  }

  /** What an id means; empty if it is none of this era. */
  static OptionalLong of(String id) {
    return isNumber(id) ? OptionalLong.of(Long.parseLong(id)) : OptionalLong.empty();
  }

  /** The name of a job's run. */
  static ExternalId run(long job) {
    return new ExternalId(JOBS, Long.toString(job));
  }

  /** The name of a task. */
  static ExternalId task(long number) {
    return new ExternalId(TASKS, Long.toString(number));
  }
}
