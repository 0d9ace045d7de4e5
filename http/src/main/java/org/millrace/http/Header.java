package org.millrace.http;

/** One header line of an answer. */
public record Header(String name, String value) {
  public Header {
    if (name.isEmpty() || hasLineBreak(name) || hasLineBreak(value)) {
      throw new IllegalArgumentException("header " + name + ": a line break would end it early");
    }
  }

  private static boolean hasLineBreak(String text) {
    return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0;
  }
}
