package org.millrace.http;

/** Who may use a route. */
public enum Access {
  /** Callers whom the sign-in knows. */
  SIGNED_IN,
  /** Anybody; the sign-in is not asked and such an exchange has no caller. */
  OPEN
}
