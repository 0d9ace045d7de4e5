package org.millrace.domain.graph;

/** A text holds what looks like a reference and is none. */
public final class BadReference extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong and where. */
  public BadReference(String message) {
    super(message, null, false, false);
  }
}
