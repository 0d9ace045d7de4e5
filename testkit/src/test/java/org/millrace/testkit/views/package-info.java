/** What the engine says of tasks, over the fakes. */
@NullMarked
package org.millrace.testkit.views;

import org.jspecify.annotations.NullMarked;
