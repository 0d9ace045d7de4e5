/** Containers on a real engine of the tests' own. */
@NullMarked
package org.millrace.runtimes.container;

import org.jspecify.annotations.NullMarked;
