package org.millrace.server.config;

import java.util.List;

/** The configuration cannot be used; carries every reason found. */
public final class BadConfiguration extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<String> problems;

  /**
   * Configuration that cannot be used.
   *
   * @param problems one line each, free of secrets
   */
  public BadConfiguration(List<String> problems) {
    super(String.join("\n", problems), null, false, false);
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
