package org.millrace.domain.document;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.millrace.domain.value.Value;

/**
 * Source material and whose it is.
 *
 * @param targetId the id within {@code target} as text; two documents are about the same if this
 *     and {@code creatorId} are the same
 * @param target whole and in the order it came in, keys that nobody knows included
 */
public record Document(
    DocumentId id,
    Space space,
    String targetId,
    String creatorId,
    Value.Fields target,
    Value.Fields creator,
    Instant createdAt,
    Instant updatedAt) {
  private static final Pattern NO_TEXT = Pattern.compile("[\\x00\\p{Cs}]");

  public Document {
    if (!id.equals(DocumentId.of(targetId, creatorId)) && !id.equals(DocumentId.of(targetId, ""))) {
      throw new IllegalArgumentException(
          "document " + id + ": the hash of its target's id and its creator's is another one");
    }
    refuseUntext("target.id", targetId);
    refuseUntext("creator.id", creatorId);
  }

  private static void refuseUntext(String field, String text) {
    unfit(text)
        .ifPresent(why -> {
          throw new IllegalArgumentException(field + ": " + why);
        });
  }

  /** Why a text cannot be the id of a target or creator, if so. */
  public static Optional<String> unfit(String text) {
    return NO_TEXT.matcher(text).find()
        ? Optional.of("has a zero character or half a surrogate pair")
        : Optional.empty();
  }

  /** One that nobody has registered yet. */
  public static Document fresh(
      Space space,
      String targetId,
      String creatorId,
      Value.Fields target,
      Value.Fields creator,
      Instant now) {
    return new Document(
        DocumentId.of(targetId, creatorId), space, targetId, creatorId, target, creator, now, now);
  }

  /** The same, of a space whose documents are named by their targets alone. */
  public static Document ofTarget(
      Space space,
      String targetId,
      String creatorId,
      Value.Fields target,
      Value.Fields creator,
      Instant now) {
    return new Document(
        DocumentId.of(targetId, ""), space, targetId, creatorId, target, creator, now, now);
  }

  /** Whether both are about the same target of the same creator. */
  public boolean isAboutTheSame(Document other) {
    return targetId.equals(other.targetId) && creatorId.equals(other.creatorId);
  }
}
