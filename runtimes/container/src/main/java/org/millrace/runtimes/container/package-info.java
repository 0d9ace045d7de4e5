/**
 * Executors in containers of an engine that speaks the Docker Engine API, which Podman's socket
 * does too.
 *
 * <p>The truth of where an attempt stands is in the engine, and in a few marks in the attempt's
 * folder, written in this order for each executor: {@code made-N} before its container is created,
 * {@code begun-N} before that is started, {@code fed-N} when all of its standard input was given to
 * it, {@code ended-N} with its result. A container is started only while the engine calls it
 * created, so a server that comes anew does what the first one would have done:
 *
 * <pre>
 *   no mark            create, mark begun, attach, start
 *   made, not begun    as if there were none: what was made never ran
 *   begun, created     start
 *   begun, running     follow
 *   begun, exited      result
 *   begun, not there   lost
 *   stopped            nothing starts any more
 * </pre>
 *
 * <p>The task's tree lies on the host in the attempt's {@code root}, laid out like the container's
 * paths. Folders that the image lacks are bound into the container; what lies where the image has
 * files of its own is carried in and out.
 */
@NullMarked
package org.millrace.runtimes.container;

import org.jspecify.annotations.NullMarked;
