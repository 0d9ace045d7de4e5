/** The face for workers on the engine's use cases, over loopback HTTP. */
@NullMarked
package org.millrace.dane.elasticsearch;

import org.jspecify.annotations.NullMarked;
