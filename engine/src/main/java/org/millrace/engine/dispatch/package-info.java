/** Which ready task starts next: lanes with limits, owners in turn. */
@NullMarked
package org.millrace.engine.dispatch;

import org.jspecify.annotations.NullMarked;
