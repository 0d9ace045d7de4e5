/**
 * Plans: nodes, directed edges between them, and what makes a plan one that can be carried out.
 *
 * <p>A {@link org.millrace.domain.graph.Graph} that exists is right: at least one node, every name
 * there once, no edge into nothing, no cycle. So whoever walks it needs no check, and comes to an
 * end. All of it takes time and memory in proportion to nodes and edges, and nothing recurses: a
 * chain of 100,000 nodes is an ordinary graph.
 */
@NullMarked
package org.millrace.domain.graph;

import org.jspecify.annotations.NullMarked;
