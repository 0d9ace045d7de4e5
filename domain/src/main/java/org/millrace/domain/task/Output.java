package org.millrace.domain.task;

import java.util.Optional;

/**
 * A file or folder stored after the last executor.
 *
 * @param url as the caller wrote it. May hold credentials: mask before showing
 * @param path absolute, as the executors see it; may hold wildcards when a prefix is given
 * @param pathPrefix removed from each match of a wildcard; the rest is appended to the URL
 */
public record Output(
    Optional<String> name,
    Optional<String> description,
    String url,
    String path,
    Optional<String> pathPrefix,
    FileType type) {

  /** The same to another place. */
  public Output to(String other) {
    return new Output(name, description, other, path, pathPrefix, type);
  }

  /** The same from another place. */
  public Output at(String otherPath) {
    return new Output(name, description, url, otherPath, pathPrefix, type);
  }
}
