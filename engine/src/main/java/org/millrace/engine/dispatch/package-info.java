/**
 * Which ready task starts next, and on which server. Lanes have limits; within a lane owners take
 * turns, and waiting raises a task's rank by itself.
 *
 * <pre>
 *   bell, or a poll interval
 *     -> take up what was begun and lies with nobody (a crash, a look that is due, a cancellation)
 *     -> each lane with something ready: lease as many as it has room for, start an attempt each
 * </pre>
 *
 * <p>Invariants: a lease changes no state; two servers never hold the same task; a lane that is
 * full or broken costs the others nothing. A lost bell costs a poll interval, never a task.
 */
@NullMarked
package org.millrace.engine.dispatch;

import org.jspecify.annotations.NullMarked;
