/** How the engine empties its outbox, over the fakes. */
@NullMarked
package org.millrace.testkit.delivery;

import org.jspecify.annotations.NullMarked;
