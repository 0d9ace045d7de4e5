/** Submit, wait for the end within a bound, and answer; the caller may go away. */
@NullMarked
package org.millrace.engine.calls;

import org.jspecify.annotations.NullMarked;
