/** Tests of the runtime of workers, with a broker and a clock of their own. */
@NullMarked
package org.millrace.runtimes.worker;

import org.jspecify.annotations.NullMarked;
