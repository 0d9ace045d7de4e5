/**
 * The ports of {@link org.millrace.engine.StorePorts} on SQLite, for one server with one data
 * folder.
 *
 * <pre>
 *   port methods that write            port methods that read
 *     | (JSON is made here)              | by key            | lists, scans
 *     v                                  v                   v
 *   Writer: one platform thread,       BorrowedSessions:   ReadPool: a few
 *   a group of units = one commit      caller's thread     platform threads
 *     |                                  |                   |
 *     +-------------- Session: a connection that keeps its prepared statements
 * </pre>
 *
 * <p>What must stay true:
 *
 * <ul>
 *   <li>A writing method returns after the commit, with {@code synchronous=FULL}: what it reports
 *       is on disk.
 *   <li>A unit that fails is undone, alone. A failure of the database (full disk, input or output
 *       error) may have rolled back everything, so the whole group fails and the connection is
 *       opened anew.
 *   <li>A full disk stops new work, and nothing that is under way: there is room for that in the
 *       database and its log, and after that in the {@link Ballast}. Units are either the one or
 *       the other, and what is under way goes first.
 *   <li>Native calls hold the carrier of a virtual thread. So only reads of single rows run on the
 *       caller's thread.
 *   <li>Every statement has its file below {@code sql/} and its constant in {@link Sql}; a test
 *       asks SQLite for each plan.
 * </ul>
 *
 * <p>Statements go straight to JDBC: even over connections that keep their prepared statements,
 * Jdbi added 1 to 2 µs to statements that take 3 to 5, on the one thread that writes (an insert
 * with three tags is eight of them) and to each read by key (7.2 µs instead of 5.5).
 */
@NullMarked
package org.millrace.store.sqlite;

import org.jspecify.annotations.NullMarked;
