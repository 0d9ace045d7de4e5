/**
 * Runtimes of this host: {@code sandbox} (bubblewrap) and {@code process} (without isolation). They
 * share the attempt's folder, the supervisor, the control groups, adoption, collection and
 * cleaning, and differ only in what stands before the command.
 *
 * <pre>
 *   server --spawns--> setsid sh run.sh        one per attempt; runs all executors, in order
 *                        |  journal            exclusive create: only one supervisor ever wins;
 *                        |                     then what a server reads, this one or the next
 *                        '--> setpriv bwrap command, or setpriv setsid env sh command
 *
 *   work/attempts/RUNTIME/TASK-ATTEMPT/        root/ (the task's own tree) and the markers
 *   work/logs/TASK/ATTEMPT/0.stdout            full streams, written live, kept when all else goes
 * </pre>
 *
 * <p>Invariants: nothing of a task runs as root when the server is root; whoever creates the
 * journal decides whether the attempt runs, so a cancelled one never starts; the supervisor opens
 * no path that a task controls; no server process is needed between start and end.
 */
@NullMarked
package org.millrace.runtimes.local;

import org.jspecify.annotations.NullMarked;
