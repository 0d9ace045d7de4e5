/** The task engine: use cases, one package per feature, and the ports they need. */
@NullMarked
package org.millrace.engine;

import org.jspecify.annotations.NullMarked;
