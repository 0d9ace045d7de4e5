package org.millrace.domain.failure;

/**
 * Why something waits or failed, for people and programs.
 *
 * @param code stable and short: {@code input-not-found}
 * @param message what happened and where, free of secrets
 * @param help what would change it; may be empty
 * @param byCaller whether it lies in what a task does, names or asks for, so that whoever submits
 *     it can change it; if not, it lies in this server or a peer of it, or with nobody
 */
public record Cause(String code, String message, String help, boolean byCaller) {
  /** One that lies in this server or a peer of it. */
  public Cause(String code, String message, String help) {
    this(code, message, help, false);
  }

  /** One that lies in what a task does, names or asks for. */
  public static Cause ofCaller(String code, String message, String help) {
    return new Cause(code, message, help, true);
  }

  /** The same, told in other words. */
  public Cause saying(String words) {
    return new Cause(code, words, help, byCaller);
  }

  @Override
  public String toString() {
    return help.isEmpty() ? message : message + " (" + help + ")";
  }
}
