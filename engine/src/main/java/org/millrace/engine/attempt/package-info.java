/** One try at a task, in five steps: prepare, start, await, collect, clean. */
@NullMarked
package org.millrace.engine.attempt;

import org.jspecify.annotations.NullMarked;
