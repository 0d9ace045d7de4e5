/** What tells that a server lives. */
@NullMarked
package org.millrace.testkit.recovery;

import org.jspecify.annotations.NullMarked;
