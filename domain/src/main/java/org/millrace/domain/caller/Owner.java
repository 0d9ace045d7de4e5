package org.millrace.domain.caller;

/** Whom a task belongs to: the subject of the caller that submitted it. */
public record Owner(String name) {

  /** Of tasks that were submitted without sign-in. */
  public static final Owner ANONYMOUS = new Owner("anonymous");

  public Owner {
    if (name.isBlank() || name.length() > 255) {
      throw new IllegalArgumentException("owner: a name of 1 to 255 characters");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
