package org.millrace.engine.views;

import org.millrace.domain.caller.Owner;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskState;

/**
 * The least one can know of a task.
 *
 * @param state as it is
 * @param shown as to those who know no CANCELING
 */
public record TaskGlance(TaskId id, Owner owner, TaskState state, TaskState shown) {}
