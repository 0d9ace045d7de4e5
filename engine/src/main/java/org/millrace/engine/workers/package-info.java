/**
 * Work that is handed to workers through a broker, and the answers they give.
 *
 * <pre>
 *   WorkerProtocol   what is said, in the words of a dialect      encode a task, decode an answer
 *   WorkerBroker     how it gets there, bytes and nothing else    publish, answers, queues
 *   DeadLetterStore  answers that nobody could read or place
 * </pre>
 *
 * The database is the truth: a message is a copy of an attempt that is stored, and can be published
 * again under the same attempt. An answer is acknowledged when it is stored, never before.
 */
@NullMarked
package org.millrace.engine.workers;

import org.jspecify.annotations.NullMarked;
