/**
 * The product: the only place that knows every module. Wires them, and holds the commands that
 * start something.
 */
@NullMarked
package org.millrace.server;

import org.jspecify.annotations.NullMarked;
