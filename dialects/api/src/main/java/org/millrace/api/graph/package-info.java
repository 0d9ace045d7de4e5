/**
 * Graph files: runs as their authors write them, in YAML or JSON, read into plans.
 *
 * <p>A file is read from front to back, once, and no tree of it is ever made: what is kept is the
 * plan itself, and one place in the file for each node. {@link org.millrace.api.graph.GraphReader}
 * is the way in; each kind of map in a file has its table of {@link org.millrace.api.graph.Fields},
 * beside the record it becomes.
 *
 * <p>Contract: {@code graph.schema.json} beside this package, and {@code docs/graphs.md}. What the
 * schema refuses the reader refuses, and the reverse, except for what a schema cannot say: names
 * twice, cycles, references into nothing.
 */
@NullMarked
package org.millrace.api.graph;

import org.jspecify.annotations.NullMarked;
