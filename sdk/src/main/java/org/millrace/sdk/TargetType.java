package org.millrace.sdk;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a document's target may be ({@code contracts/dane.md 2.1}). */
public enum TargetType {
  DATASET("Dataset"),
  IMAGE("Image"),
  VIDEO("Video"),
  SOUND("Sound"),
  TEXT("Text");

  private final String word;

  TargetType(String word) {
    this.word = word;
  }

  /** As it is written in JSON and in routing keys. */
  public String word() {
    return word;
  }

  static TargetType of(String word) {
    return Arrays.stream(values())
        .filter(type -> type.word.equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "Invalid target type. Valid types are: "
                    + Arrays.stream(values())
                        .map(TargetType::word)
                        .collect(Collectors.joining(", "))));
  }
}
