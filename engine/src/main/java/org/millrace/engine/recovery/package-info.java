/** What happens when a server dies: heartbeats, leases that end, leftovers swept. */
@NullMarked
package org.millrace.engine.recovery;

import org.jspecify.annotations.NullMarked;
