/**
 * Threads, waiting, ids and the life of background parts, as ports: a simulation plays all of them
 * from a seed.
 */
@NullMarked
package org.millrace.engine.threads;

import org.jspecify.annotations.NullMarked;
