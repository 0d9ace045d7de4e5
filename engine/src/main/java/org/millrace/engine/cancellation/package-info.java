/** Stopping a task on request. */
@NullMarked
package org.millrace.engine.cancellation;

import org.jspecify.annotations.NullMarked;
