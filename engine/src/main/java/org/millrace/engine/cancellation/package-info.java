/**
 * Stopping a task on request. What waits is CANCELED at once; what runs becomes CANCELING, which is
 * owned work: whoever holds the attempt, now or after a crash, stops the compute and ends it.
 * Asking twice, or after the end, changes nothing.
 */
@NullMarked
package org.millrace.engine.cancellation;

import org.jspecify.annotations.NullMarked;
