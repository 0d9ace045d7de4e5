/** The limits do what they say. */
@NullMarked
package org.millrace.store.bench;

import org.jspecify.annotations.NullMarked;
