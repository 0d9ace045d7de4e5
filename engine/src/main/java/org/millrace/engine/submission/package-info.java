/** Taking a task in: policy, lane, idempotency, the first durable row. */
@NullMarked
package org.millrace.engine.submission;

import org.jspecify.annotations.NullMarked;
