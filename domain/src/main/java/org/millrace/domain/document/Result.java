package org.millrace.domain.document;

import java.time.Instant;
import org.millrace.domain.value.Value;

/**
 * What a worker found out.
 *
 * @param entry the task it was saved for
 * @param key of that task
 * @param attempt in which of the task's attempts it was saved; 0 before the first
 * @param overtaken whether a newer attempt has completed since; kept, and left out of searches
 */
public record Result(
    ResultId id,
    Space space,
    DocumentId document,
    EntryId entry,
    String key,
    int attempt,
    Finding finding,
    Instant savedAt,
    boolean overtaken) {

  public Result {
    if (attempt < 0) {
      throw new IllegalArgumentException("attempt: 0 or more");
    }
  }

  /** The same, after a newer attempt has completed. */
  public Result afterCompletionOf(int completed) {
    return attempt < completed && !overtaken
        ? new Result(id, space, document, entry, key, attempt, finding, savedAt, true)
        : this;
  }

  /** The words of a result. */
  public record Finding(Value.Fields generator, Value.Fields payload) {

    /** Of each word and its place: equal exactly for findings that are the same word for word. */
    public Digest digest() {
      return Digest.of(this);
    }
  }
}
