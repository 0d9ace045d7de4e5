/** Tests of steps, against real services on loopback. */
@NullMarked
package org.millrace.runtimes.steps;

import org.jspecify.annotations.NullMarked;
