/** Tests of what the server does itself. */
@NullMarked
package org.millrace.runtimes.inprocess;

import org.jspecify.annotations.NullMarked;
