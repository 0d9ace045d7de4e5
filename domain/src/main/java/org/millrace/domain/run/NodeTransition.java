package org.millrace.domain.run;

/**
 * A run and a node of it after an event of the node.
 *
 * @param changed whether the event changed anything; if not, nothing that goes with it is stored
 */
public record NodeTransition(Run run, RunNode node, boolean changed) {}
