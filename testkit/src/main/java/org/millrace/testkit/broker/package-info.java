/**
 * Workers' queues in tests: the contract of {@code WorkerBroker}, a fake that passes it, and the
 * worker that the contract plays.
 */
@NullMarked
package org.millrace.testkit.broker;

import org.jspecify.annotations.NullMarked;
