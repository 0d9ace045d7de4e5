package org.millrace.api.graph;

/**
 * One thing that is wrong with a graph file.
 *
 * @param line from 1
 * @param column from 1, in characters
 * @param where the way to it from the top, like {@code nodes.resize.container.image}; empty for the
 *     file as a whole
 * @param message what is wrong, and what to write
 */
public record GraphFault(int line, int column, String where, String message) {
  @Override
  public String toString() {
    return "line "
        + line
        + ", column "
        + column
        + ": "
        + (where.isEmpty() ? "" : where + ": ")
        + message;
  }
}
