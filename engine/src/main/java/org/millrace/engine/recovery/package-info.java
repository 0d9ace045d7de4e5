/**
 * What happens when a server dies, sleeps, or loses an answer.
 *
 * <pre>
 *   Heartbeat      one row a server, renewed; all its leases are valid while it is
 *   LeaseReaper    a row has run out: its attempts keep their handles, and anyone may adopt them;
 *                  also frees leases of this server that nobody here works under
 *   PatienceLimit  what has waited in the lane for longer than its task allows
 *   Sweeper        what exists and is no task's handle is removed
 * </pre>
 */
@NullMarked
package org.millrace.engine.recovery;

import org.jspecify.annotations.NullMarked;
