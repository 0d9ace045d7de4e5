/**
 * Asking services of others: the port through which requests of {@code StepsWork} are sent, and
 * what is refused of such work before it is stored. A service is asked once per call; whether to
 * ask again is decided by who knows what the request does.
 */
@NullMarked
package org.millrace.engine.services;

import org.jspecify.annotations.NullMarked;
