/**
 * The one door through which a task changes.
 *
 * <pre>
 *   lock -> TaskMachine.apply (pure) -> save task, attempt, history, messages, what its face tells -> commit -> effects
 * </pre>
 *
 * <p>Invariants: who tells under a lease that is not in force changes nothing, and that is recorded
 * as late; a final task never changes; an effect that is lost to a crash is found again by its
 * owner's next turn.
 */
@NullMarked
package org.millrace.engine.transition;

import org.jspecify.annotations.NullMarked;
