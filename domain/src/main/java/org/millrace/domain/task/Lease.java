package org.millrace.domain.task;

/**
 * One server's custody of a task, valid while that server's heartbeat is.
 *
 * @param number grows at every grant of this task: the fencing token
 */
public record Lease(ServerId holder, long number) {}
