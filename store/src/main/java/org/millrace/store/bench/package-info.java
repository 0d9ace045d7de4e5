/** The limits that the store is measured against. */
@NullMarked
package org.millrace.store.bench;

import org.jspecify.annotations.NullMarked;
