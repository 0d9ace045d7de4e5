/**
 * Forgetting: ended tasks by age, and what their executors wrote by age and total size, each by the
 * rules of the operator. Without a rule everything is kept.
 *
 * <p>Invariants: what has not ended is never touched; the logs of a task go before its record, so
 * that a crash in between leaves nothing that nobody knows of.
 */
@NullMarked
package org.millrace.engine.retention;

import org.jspecify.annotations.NullMarked;
