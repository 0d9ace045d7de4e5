/** What attempts do when their server ends, their caller goes away, or the store does. */
@NullMarked
package org.millrace.testkit.attempt;

import org.jspecify.annotations.NullMarked;
