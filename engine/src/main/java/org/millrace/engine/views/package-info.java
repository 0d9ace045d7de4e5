/**
 * Reading: tasks, lists, logs, history, and why something waits or failed. Changes nothing, and
 * shows a caller what its permissions cover and no more.
 */
@NullMarked
package org.millrace.engine.views;

import org.jspecify.annotations.NullMarked;
