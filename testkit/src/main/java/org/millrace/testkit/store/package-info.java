/**
 * The contracts of the store ports, one suite for each: the executable definition of what a store
 * promises. An adapter extends every suite and says in {@code open} how a fresh store is made.
 *
 * <p>They test what the ports' Javadoc promises and nothing else; times are whole seconds, texts
 * that are compared or sorted are ASCII.
 */
@NullMarked
package org.millrace.testkit.store;

import org.jspecify.annotations.NullMarked;
