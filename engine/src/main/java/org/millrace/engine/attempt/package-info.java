/**
 * One try at a task, in five steps that every runtime has. Each is harmless when repeated, so a
 * server that comes after a crash enters where the record says, with the stored handle.
 *
 * <pre>
 *   begin     a runtime is chosen, the handle is stored: from here the attempt counts
 *   prepare   a place, and the inputs in it
 *   start     under the handle; what was started once never starts again
 *   await     held: this thread waits. Handed over: nobody does, until an answer or a look
 *   collect   outputs, logs, results: what was there, and what was missing
 *   clean     nothing stays but the logs
 * </pre>
 *
 * <p>Invariants: nothing exists under a handle that is not stored; nothing is started or stopped
 * under a lease that is not in force; a task ends only after its compute is known to be gone; what
 * happened is told to the store until it is stored, or this server lets go.
 */
@NullMarked
package org.millrace.engine.attempt;

import org.jspecify.annotations.NullMarked;
