/** Plans, right and broken. */
@NullMarked
package org.millrace.domain.graph;

import org.jspecify.annotations.NullMarked;
