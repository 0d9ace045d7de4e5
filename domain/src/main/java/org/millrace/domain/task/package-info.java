/**
 * What a task is and how it moves.
 *
 * <p>A {@link org.millrace.domain.task.TaskSpec} is what a caller submitted and never changes; a
 * {@link org.millrace.domain.task.Task} is the living row beside it. {@link
 * org.millrace.domain.task.TaskMachine} alone decides how an event changes a task:
 *
 * <pre>
 *            PutBack, lease ends           retry: back-off, next attempt
 *              .---------.           .-----------------------------------.
 *              v         |           v                                   |
 *   submit -> QUEUED ---claim---> QUEUED --AttemptBegun--> INITIALIZING --Ended--> COMPLETE
 *              |                 (leased)                     |      ^             EXECUTOR_ERROR
 *              |                                           Started   |             SYSTEM_ERROR
 *              |                                              v      |
 *              |                                           RUNNING --'
 *              |CancelRequested                               |CancelRequested
 *              v                                              v
 *           CANCELED <----------CancelFinished, Ended----- CANCELING
 * </pre>
 *
 * <p>{@code Answered} is an {@code Ended} of work that was handed over. Invariants: a final task
 * never changes; only the holder of the current lease moves an attempt on, and while nobody holds
 * it, only the answer of its peer; an attempt that has begun keeps its handle until the task ends
 * or is tried again.
 */
@NullMarked
package org.millrace.domain.task;

import org.jspecify.annotations.NullMarked;
