package org.millrace.cli;

/**
 * One event of a stream.
 *
 * @param id where to go on after it; empty: it moves nothing
 * @param kind empty: a plain message
 */
record ServerEvent(String id, String kind, String data) {}
