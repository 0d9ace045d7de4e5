/**
 * DANE for programs of users: a client ({@link org.millrace.sdk.Handler} and its three
 * implementations), workers ({@link org.millrace.sdk.Worker}, {@link org.millrace.sdk.JobWorker})
 * and what both need. {@code docs/dane-sdk.md} shows how to use it, {@code docs/dane.md} has the
 * table of counterparts.
 *
 * <p>Documents, tasks and results are values: they hold no connection, so what Python calls on the
 * object ({@code document.register()}) is called on a handler here.
 *
 * <p>A worker has one thread that owns all its state ({@code BrokerLoop}), one that works on a
 * message, and one that connects; they talk through one queue of events. {@code Custody} holds what
 * the worker owes and is where a broken connection is thought through:
 *
 * <pre>
 *   delivered -&gt; under way -&gt; answered (confirmed) -&gt; acknowledged
 *                   |              |
 *        connection lost    connection lost: the answer is kept,
 *                   |       published again on the next connection,
 *                   v       and the redelivered message is acknowledged
 *        the work goes on; the redelivered message is joined to it
 * </pre>
 *
 * <p>Invariants: a message is acknowledged only on the channel that brought it, and only when its
 * answer was confirmed by the broker; one message is worked on at a time.
 */
@NullMarked
package org.millrace.sdk;

import org.jspecify.annotations.NullMarked;
