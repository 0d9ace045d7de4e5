/**
 * Forgetting: ended tasks by age, and what their executors wrote by age and total size, each by the
 * rules of the operator, and deliveries that were given up. Without a rule everything is kept.
 *
 * <p>Invariants: what has not ended is never touched; the logs of a task go before its record, so
 * that a crash in between leaves nothing that nobody knows of. What cannot be removed holds up
 * nothing else: logs that outlive their task are nobody's, and go a day after they were written
 * last.
 */
@NullMarked
package org.millrace.engine.retention;

import org.jspecify.annotations.NullMarked;
