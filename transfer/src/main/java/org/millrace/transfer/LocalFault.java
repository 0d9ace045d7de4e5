package org.millrace.transfer;

import java.io.IOException;

/**
 * Our side of a transfer failed, the disk and not the peer: told apart from the peer's faults by
 * this type.
 */
final class LocalFault extends IOException {
  private static final long serialVersionUID = 1L;
  private final String code;

  private LocalFault(String code, String message) {
    super(message);
    this.code = code;
  }

  static LocalFault reading(IOException problem) {
    return new LocalFault("local-read-failed", "reading the file failed: " + reason(problem));
  }

  static LocalFault writing(IOException problem) {
    String reason = reason(problem);
    boolean full = reason.contains("No space left") || reason.contains("quota exceeded");
    return new LocalFault(
        full ? "disk-full" : "local-write-failed", "writing the file failed: " + reason);
  }

  static LocalFault changed(String what) {
    return new LocalFault(
        "local-read-failed", "the file changed while it was being stored: " + what);
  }

  /** A stable short word for what happened. */
  String code() {
    return code;
  }

  /** For people; exceptions of the JDK sometimes have no message. */
  static String reason(Throwable problem) {
    String message = problem.getMessage();
    return message == null || message.isBlank() ? problem.getClass().getSimpleName() : message;
  }
}
