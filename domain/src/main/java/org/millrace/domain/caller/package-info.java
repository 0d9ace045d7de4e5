/** Who asks, and what they may see. */
@NullMarked
package org.millrace.domain.caller;

import org.jspecify.annotations.NullMarked;
