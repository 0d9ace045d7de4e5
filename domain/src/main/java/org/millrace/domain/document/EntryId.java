package org.millrace.domain.document;

/**
 * Names the task of a document as its face does, within its space and for ever: the next task of
 * that document and key has the same one.
 *
 * @param text 40 lower-case hexadecimal digits (contracts/dane.md 1.3)
 */
public record EntryId(String text) implements Comparable<EntryId> {
  public EntryId {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "id of an assigned task: 40 lower-case hexadecimal digits");
    }
  }

  /** The id of the task of this key of a document. */
  public static EntryId of(DocumentId document, String key) {
    return new EntryId(Sha.of(document.text(), key));
  }

  /** Whether a text that came from outside could name such a task at all. */
  public static boolean isValid(String text) {
    return Sha.hasForm(text);
  }

  @Override
  public int compareTo(EntryId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
