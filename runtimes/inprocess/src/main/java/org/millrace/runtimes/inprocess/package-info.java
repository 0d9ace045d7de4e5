/**
 * Work that this program does itself, by handlers with names.
 *
 * <p>The thread that awaits an attempt does it. Nothing of it is stored but its result, and it dies
 * with its server: another one does it again if its handler says that this does no harm, and else
 * calls it lost. It must cost little: runs have thousands of nodes that do nothing.
 */
@NullMarked
package org.millrace.runtimes.inprocess;

import org.jspecify.annotations.NullMarked;
