/** Telling peers what happened: stored with the change, sent in order, at least once. */
@NullMarked
package org.millrace.engine.delivery;

import org.jspecify.annotations.NullMarked;
