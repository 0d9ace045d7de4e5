/**
 * Measures the server beside a limit taken in the same run; what counts is the ratio of the two.
 */
@NullMarked
package org.millrace.server.bench;

import org.jspecify.annotations.NullMarked;
