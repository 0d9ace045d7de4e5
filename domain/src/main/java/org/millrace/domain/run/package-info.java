/**
 * Runs: plans in execution. What state a run and its nodes are in, and what follows from the end of
 * a node; all of it pure ({@code docs/decisions/0009-runs.md}).
 */
@NullMarked
package org.millrace.domain.run;

import org.jspecify.annotations.NullMarked;
