/** Tests of DANE: over loopback HTTP where the wire matters, pure where it does not. */
@NullMarked
package org.millrace.dane;

import org.jspecify.annotations.NullMarked;
