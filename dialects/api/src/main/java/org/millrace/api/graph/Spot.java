package org.millrace.api.graph;

/**
 * A place in a file.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
record Spot(int line, int column) {}
