/** What callers ask of runs, and what moves them on, over the fakes. */
@NullMarked
package org.millrace.testkit.runs;

import org.jspecify.annotations.NullMarked;
