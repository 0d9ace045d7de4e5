package org.millrace.dane;

/** A request of the job era that is refused with a page ({@code contracts/dane.md 1.6}). */
final class JobRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String text;

  JobRefused(int status, String text) {
    super(text, null, false, false);
    this.status = status;
    this.text = text;
  }

  /** What is no job at all. */
  static JobRefused format() {
    return new JobRefused(400, "Invalid job format");
  }

  /** What the original fails on; clients of it see 500, so do they here. */
  static JobRefused unfit(String what) {
    return new JobRefused(500, what);
  }

  int status() {
    return status;
  }

  String text() {
    return text;
  }
}
