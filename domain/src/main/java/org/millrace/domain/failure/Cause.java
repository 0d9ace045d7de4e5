package org.millrace.domain.failure;

/**
 * Why something waits or failed, for people and programs.
 *
 * @param code stable and short: {@code input-not-found}
 * @param message what happened and where, free of secrets
 * @param help what would change it; may be empty
 */
public record Cause(String code, String message, String help) {
  @Override
  public String toString() {
    return help.isEmpty() ? message : message + " (" + help + ")";
  }
}
