/**
 * Runs: a graph is rows that fall over one after the other ({@code docs/decisions/0009-runs.md}).
 *
 * <pre>
 *   submission   a piece at a time, ARRIVING; RUNNING with the last one, and only then acknowledged
 *   READY        a node becomes a task: inserted and ACTIVE in one transaction
 *   ENDED        in the transaction in which its task becomes final; nothing else happens there
 *   telling      the edges that leave it are marked, a bounded number at a time; a mark is set once
 * </pre>
 *
 * <p>Invariants: a node has a task exactly from when it is ACTIVE on; no mark is set twice, so that
 * no node starts twice; whatever was decided of rows that have changed meanwhile changes nothing.
 * Every wake-up is a hint: what is next to be done is found by the states of rows.
 */
@NullMarked
package org.millrace.engine.runs;

import org.jspecify.annotations.NullMarked;
