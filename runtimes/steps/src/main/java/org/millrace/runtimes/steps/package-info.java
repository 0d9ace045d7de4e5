/**
 * Work that others do: small steps in order, each a request to a service, a wait for its job, or
 * what a registered {@link org.millrace.runtimes.steps.StepHandler} does.
 *
 * <p>The steps of an attempt are gone through by the thread that awaits it. What is known of them
 * is in the checkpoints of the attempt alone, so that any server goes on where another one was:
 *
 * <pre>
 * begun:NAME     before something is sent that must not be sent twice
 * asked:NAME     when a job was asked for first
 * answered:NAME  once the service knew of the job
 * reply:NAME     the step is done; never done again
 * failure        why the attempt failed; nothing follows
 * </pre>
 *
 * <p>Invariants: a request that is not harmless when repeated is sent under its {@code begun}, and
 * never again but after a probe; secrets are opened here and shown nowhere.
 */
@NullMarked
package org.millrace.runtimes.steps;

import org.jspecify.annotations.NullMarked;
