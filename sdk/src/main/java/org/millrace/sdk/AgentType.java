package org.millrace.sdk;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a creator or a generator may be ({@code contracts/dane.md 2.1, 2.3}). */
public enum AgentType {
  ORGANIZATION("Organization"),
  HUMAN("Human"),
  SOFTWARE("Software");

  private final String word;

  AgentType(String word) {
    this.word = word;
  }

  /** As it is written in JSON. */
  public String word() {
    return word;
  }

  static AgentType of(String word, String whose) {
    return Arrays.stream(values())
        .filter(type -> type.word.equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "Invalid "
                    + whose
                    + " type. Valid types are: "
                    + Arrays.stream(values())
                        .map(AgentType::word)
                        .collect(Collectors.joining(", "))));
  }
}
