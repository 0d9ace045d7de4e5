/** The store in memory keeps the contracts of all store ports. */
@NullMarked
package org.millrace.testkit.memory;

import org.jspecify.annotations.NullMarked;
