/**
 * Foreign data: what peers, workers and scripts say, kept as they said it.
 *
 * <p>A {@link org.millrace.domain.value.Value} is the only form of it inside; whoever speaks to the
 * outside converts, exactly: numbers keep their digits, fields their order.
 */
@NullMarked
package org.millrace.domain.value;

import org.jspecify.annotations.NullMarked;
