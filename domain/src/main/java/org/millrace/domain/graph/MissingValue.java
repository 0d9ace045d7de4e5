package org.millrace.domain.graph;

/** What a reference names is not there, or has another shape than is wanted. */
public final class MissingValue extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Reference reference;

  /**
   * Names the reference.
   *
   * @param why with what is there instead; nothing of the data itself
   */
  public MissingValue(Reference reference, String why) {
    super(reference + ": " + why, null, false, false);
    this.reference = reference;
  }

  public Reference reference() {
    return reference;
  }
}
