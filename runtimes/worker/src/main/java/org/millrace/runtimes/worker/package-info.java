/**
 * Work that workers do who pull it from a broker's queue. It is handed over: a message out, an
 * answer in, and between them neither a thread nor a lease, only a row with a time to look.
 *
 * <pre>
 *   start   publish, until the broker has said what became of the message
 *   look    is the message still somewhere? if not, publish it again, under the same attempt
 *   answer  comes by {@code TakeAnswers}, on whichever server
 * </pre>
 *
 * A message may thus be published twice, never not at all; the first answer counts.
 */
@NullMarked
package org.millrace.runtimes.worker;

import org.jspecify.annotations.NullMarked;
