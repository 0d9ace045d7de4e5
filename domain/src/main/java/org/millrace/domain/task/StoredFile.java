package org.millrace.domain.task;

import java.util.Optional;

/**
 * A file that was moved, and what it was.
 *
 * @param url where from or to, credentials masked
 * @param path as the executors saw it
 * @param sha256 64 hex digits, lower case
 */
public record StoredFile(String url, String path, long size, Optional<String> sha256) {}
