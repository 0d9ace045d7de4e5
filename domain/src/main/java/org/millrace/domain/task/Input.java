package org.millrace.domain.task;

import java.util.Optional;

/**
 * A file or folder brought in before the first executor.
 *
 * @param path absolute, as the executors see it
 */
public record Input(
    Optional<String> name,
    Optional<String> description,
    Source source,
    String path,
    FileType type,
    Optional<Boolean> streamable) {

  /** The same from another place. */
  public Input from(Source other) {
    return new Input(name, description, other, path, type, streamable);
  }

  /** The same at another path. */
  public Input at(String otherPath) {
    return new Input(name, description, source, otherPath, type, streamable);
  }

  /** Where its bytes come from. */
  public sealed interface Source {}

  /** The file's text itself, stored as UTF-8. */
  public record Content(String text) implements Source {}

  /**
   * A URL or plain absolute path, as the caller wrote it. May hold credentials: mask before
   * showing.
   */
  public record Location(String url) implements Source {}
}
