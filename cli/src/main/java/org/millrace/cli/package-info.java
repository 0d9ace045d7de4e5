/**
 * Commands that speak HTTP to a server: submit, get, list, watch, logs, cancel, explain.
 *
 * <p>{@link org.millrace.cli.ClientCommands} hands them to whoever builds the command line. They
 * know nothing of the server but its wire: the native API, and TES to submit. Results go to
 * standard output, everything else to standard error; a failure is one line that says what to do,
 * and an exit code that a script can tell apart ({@link org.millrace.cli.ExitCode}).
 *
 * <p>All text leaves as UTF-8 whatever the locale. What came from a server is stripped of control
 * characters before it is shown, except in JSON, which escapes them, and in logs, which are passed
 * on byte for byte.
 */
@NullMarked
package org.millrace.cli;

import org.jspecify.annotations.NullMarked;
