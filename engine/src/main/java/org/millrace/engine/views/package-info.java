/** Reading: tasks, lists, logs, history, and why something waits or failed. */
@NullMarked
package org.millrace.engine.views;

import org.jspecify.annotations.NullMarked;
