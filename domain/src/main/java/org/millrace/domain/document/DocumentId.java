package org.millrace.domain.document;

/**
 * Names a document within its space.
 *
 * @param text 40 lower-case hexadecimal digits (contracts/dane.md 1.3)
 */
public record DocumentId(String text) implements Comparable<DocumentId> {
  public DocumentId {
    if (!isValid(text)) {
      throw new IllegalArgumentException("document id: 40 lower-case hexadecimal digits");
    }
  }

  /** The id of the document about this target of this creator; clients compute it too. */
  public static DocumentId of(String targetId, String creatorId) {
    return new DocumentId(Sha.of(targetId, creatorId));
  }

  /** Whether a text that came from outside could name a document at all. */
  public static boolean isValid(String text) {
    return Sha.hasForm(text);
  }

  @Override
  public int compareTo(DocumentId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
