package org.millrace.domain.task;

/** One run of one Millrace process: a restarted server is another server. */
public record ServerId(String text) {
  @Override
  public String toString() {
    return text;
  }
}
