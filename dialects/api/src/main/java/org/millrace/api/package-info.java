/**
 * The native face, {@code /api/v1}: tasks with all that is known of them, their logs, explanations
 * and events, and the site they run on.
 *
 * <p>Routes read requests and ask the engine; {@code Wire…} records are what callers see, and stop
 * here. Anything refused is problem+json that names the field and the reason. A task that the
 * caller may not see is one that does not exist. {@code openapi.json} beside this package describes
 * it all, and a test holds real answers against it.
 *
 * <p>Two kinds of answer last long: event streams and followed logs. Both look at what is stored,
 * are woken by the history bell, look again anyway after a bounded time, and never more often than
 * {@link org.millrace.api.Pace} allows, however much happens elsewhere.
 */
@NullMarked
package org.millrace.api;

import org.jspecify.annotations.NullMarked;
