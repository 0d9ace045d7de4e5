/** Tests of the TES face: over loopback HTTP where the wire matters, pure where it does not. */
@NullMarked
package org.millrace.tes;

import org.jspecify.annotations.NullMarked;
