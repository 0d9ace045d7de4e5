/**
 * Telling peers what happened. A message is stored in the transaction of the change it tells of,
 * and sent afterwards, at least once; those of one key arrive in order, one by one.
 *
 * <p>A peer that hangs or refuses holds up its own messages alone: each target has a few on their
 * way and no more. One that was tried too often is given up, with the reason kept.
 */
@NullMarked
package org.millrace.engine.delivery;

import org.jspecify.annotations.NullMarked;
