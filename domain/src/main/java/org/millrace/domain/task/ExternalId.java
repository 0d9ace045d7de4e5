package org.millrace.domain.task;

/**
 * A name that a caller or a foreign system gave, unique within its face.
 *
 * @param face whose rule of uniqueness holds; an idempotency key lives in its owner's face
 */
public record ExternalId(String face, String text) {
  public ExternalId {
    if (face.isBlank() || text.isBlank() || text.length() > 255) {
      throw new IllegalArgumentException("external id: a face, and a text of 1 to 255 characters");
    }
  }
}
