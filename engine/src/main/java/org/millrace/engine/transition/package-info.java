/** The one door through which a task changes. */
@NullMarked
package org.millrace.engine.transition;

import org.jspecify.annotations.NullMarked;
