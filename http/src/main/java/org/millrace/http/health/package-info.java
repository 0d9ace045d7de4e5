/** What operators ask a server about itself: whether it lives, whether it is ready, how it does. */
@NullMarked
package org.millrace.http.health;

import org.jspecify.annotations.NullMarked;
