/** The stored forms, and that they stay. */
@NullMarked
package org.millrace.store.json;

import org.jspecify.annotations.NullMarked;
