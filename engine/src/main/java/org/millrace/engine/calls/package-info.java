/**
 * Submit, wait for the end within a bound, and answer, for callers that know no task ids. The
 * caller may go away: its task goes on.
 */
@NullMarked
package org.millrace.engine.calls;

import org.jspecify.annotations.NullMarked;
