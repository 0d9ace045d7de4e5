/**
 * The store ports in memory: {@link org.millrace.testkit.memory.InMemoryStore}. It passes the
 * contracts of {@link org.millrace.testkit.store}, so that tests and simulations may trust it.
 *
 * <p>One lock around everything; nothing inside it waits, yields, reads a clock or asks for chance,
 * and every collection has an order of its own. So the same calls in the same order give the same
 * answers, which a seeded simulation needs.
 */
@NullMarked
package org.millrace.testkit.memory;

import org.jspecify.annotations.NullMarked;
