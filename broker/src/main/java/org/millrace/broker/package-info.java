/**
 * Carries bytes to workers' queues and their answers back (contracts/dane.md 3): the port {@code
 * WorkerBroker} on RabbitMQ or any broker that speaks AMQP 0-9-1, and on one that runs in this
 * process.
 *
 * <pre>
 *   RabbitBroker ── Link "publishing" ── Session ── ConfirmChannel   publish, match confirms and returns
 *        │      └── Link "answers" ───── Session ── AnswerStream     prefetch, read, acknowledge
 *        └── ManagementApi                                           what is bound, asked by HTTP
 *   EmbeddedBroker = Qpid Broker-J in this process + a RabbitBroker on its loopback port
 * </pre>
 *
 * A {@code Link} keeps one connection open for ever: it connects, has everything declared anew, and
 * when anything at all ends (connection, channel, consumer) closes the rest and begins again after
 * a pause that grows. Nothing is repaired half-way, and the client library's own recovery is off.
 * Publishing and answers have a connection each, because a broker that is short of memory or disk
 * stops reading from connections that publish, and acknowledgements would wait behind them.
 *
 * <p>Invariants: a message is Confirmed only when its own confirm came; a returned one is told from
 * others by exchange, key and correlation id, and no two of the same three are under way at once;
 * an answer is acknowledged only when its reader said that it is stored; no lock is held while the
 * network is waited for.
 */
@NullMarked
package org.millrace.broker;

import org.jspecify.annotations.NullMarked;
